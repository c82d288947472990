// Writers of one SQLite database: `database WHAT FILE [ID SECONDS]`, and one program that is two of them.
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BUSY_TIMEOUT = 120000 };

static sqlite3 *database;

static void fail(const char *sql) {
    printf("%s: %s\n", sql, sqlite3_errmsg(database));
    exit(1);
}

static void run(const char *sql) {
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK) fail(sql);
}

static int print(void *unused, int count, char **values, char **names) {
    (void)unused, (void)names;
    for (int i = 0; i < count; i++) printf("%s%s", i ? " " : "", values[i] ? values[i] : "NULL");
    printf("\n");
    return 0;
}

static void show(const char *sql) {
    if (sqlite3_exec(database, sql, print, NULL, NULL) != SQLITE_OK) fail(sql);
}

// Keeps what it has until it is killed.
static void hang(void) {
    printf("ready\n");
    fflush(stdout);
    sleep(60);
}

// Each transaction adds a row and counts it.
static void write_for(const char *id, int seconds) {
    sqlite3_stmt *insert;
    char text[100];
    snprintf(text, sizeof text, "INSERT INTO rows VALUES (%s, ?, hex(randomblob(200)))", id);
    if (sqlite3_prepare_v2(database, text, -1, &insert, NULL) != SQLITE_OK) fail(text);
    int number = 0;
    for (time_t end = time(NULL) + seconds; time(NULL) < end; number++) {
        run("BEGIN IMMEDIATE");
        sqlite3_bind_int(insert, 1, number);
        if (sqlite3_step(insert) != SQLITE_DONE || sqlite3_reset(insert) != SQLITE_OK) fail(text);
        run("UPDATE total SET number = number + 1");
        run("COMMIT");
        usleep(1000); // The locks of SQLite are not fair.
    }
    sqlite3_finalize(insert);
    printf("%d\n", number);
}

static void say(sqlite3 *connection, const char *sql) {
    int result = sqlite3_exec(connection, sql, NULL, NULL, NULL);
    printf("%s: %d %s\n", sql, result, sqlite3_errmsg(connection));
}

// Two connections keep each other out.
static void twice(const char *file) {
    sqlite3 *first = database, *second;
    if (sqlite3_open(file, &second) != SQLITE_OK) fail("open again");
    sqlite3_busy_timeout(first, 0);
    say(first, "CREATE TABLE total (number)");
    say(first, "BEGIN IMMEDIATE; INSERT INTO total VALUES (1)");
    say(second, "SELECT * FROM total");
    say(second, "INSERT INTO total VALUES (2)");
    say(first, "COMMIT");
    say(second, "BEGIN EXCLUSIVE; INSERT INTO total VALUES (2)");
    say(first, "SELECT * FROM total");
    say(second, "ROLLBACK");
    show("SELECT * FROM total; PRAGMA integrity_check");
    sqlite3_close(second);
    show("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL");
    say(first, "INSERT INTO total VALUES (3)");
    if (sqlite3_open(file, &database) != SQLITE_OK) fail("open again");
    say(database, "SELECT * FROM total");
    sqlite3_close(first);
    show("PRAGMA locking_mode = EXCLUSIVE; SELECT * FROM total");
}

int main(int argc, char **argv) {
    if (argc < 3) return 99;
    const char *what = argv[1];
    if (sqlite3_open(argv[2], &database) != SQLITE_OK) fail("open");
    sqlite3_busy_timeout(database, strcmp(what, "try") ? BUSY_TIMEOUT : 0);
    if (!strcmp(what, "create")) {
        run("CREATE TABLE rows (writer, number, text, PRIMARY KEY (writer, number))");
        run("CREATE TABLE total (number)");
        run("INSERT INTO total VALUES (0)");
    } else if (!strcmp(what, "write") && argc == 5) {
        write_for(argv[3], atoi(argv[4]));
    } else if (!strcmp(what, "check")) {
        show("PRAGMA integrity_check");
        show("SELECT count(*), count(DISTINCT writer) FROM rows");
        show("SELECT number FROM total");
    } else if (!strcmp(what, "hang")) {
        // With so little memory, changes are in the file before the transaction is over.
        run("PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN IMMEDIATE");
        run("UPDATE rows SET text = 'lost'; UPDATE total SET number = -1");
        run("WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000) "
            "INSERT INTO rows SELECT 99, n, hex(randomblob(500)) FROM numbers");
        hang();
    } else if (!strcmp(what, "wal") || !strcmp(what, "try")) {
        run("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL");
        run("UPDATE total SET number = number + 1000");
        show("PRAGMA journal_mode");
        if (!strcmp(what, "wal")) hang();
    } else if (!strcmp(what, "twice")) {
        twice(argv[2]);
    } else {
        return 99;
    }
    return 0;
}
