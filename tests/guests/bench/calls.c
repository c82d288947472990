// `calls ROW COUNT` opens the file of a row and makes the row's calls COUNT times, by preview1 without a C library in
// between. The cost with a COUNT of 0 is subtracted.
#include "preview1.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOT = 3, STDOUT = 1 };

// The file or directory that a row works on.
static uint32_t file;
static uint8_t block[1 << 20];

static void must(int32_t code, const char *what) {
    if (code != 0) {
        fprintf(stderr, "%s: errno %d\n", what, code);
        exit(1);
    }
}

#define MUST(call) must(call, #call)

static uint32_t open_with(uint32_t dir, const char *path, uint32_t oflags, uint64_t rights) {
    uint32_t fd;
    MUST(p1_path_open(dir, SYMLINK_FOLLOW, path, strlen(path), oflags, rights, RIGHTS_ALL, 0, &fd));
    return fd;
}

// A file that is not made is only read: it may be embedded.
static uint32_t open_at(uint32_t dir, const char *path, uint32_t oflags) {
    return open_with(dir, path, oflags, oflags & O_CREAT_ ? RIGHTS_ALL : RIGHTS_ALL & ~RIGHT_WRITE);
}

// Writing and reading, one buffer a call.
static void write_to(uint32_t fd, uint32_t len, uint32_t count) {
    iovec_t buffer = {block, len};
    for (uint32_t i = 0, done; i < count; i++)
        MUST(p1_fd_write(fd, &buffer, 1, &done));
}

static void read_from(uint32_t len, uint32_t count) {
    iovec_t buffer = {block, len};
    for (uint32_t i = 0, done; i < count; i++)
        MUST(p1_fd_read(file, &buffer, 1, &done));
}

static void write_1m(uint32_t count) { write_to(file, 1 << 20, count); }
static void write_64k(uint32_t count) { write_to(file, 1 << 16, count); }
static void write_8k(uint32_t count) { write_to(file, 1 << 13, count); }
static void write_64(uint32_t count) { write_to(file, 64, count); }
static void stdout_64k(uint32_t count) { write_to(STDOUT, 1 << 16, count); }
static void read_1m(uint32_t count) { read_from(1 << 20, count); }
static void read_64k(uint32_t count) { read_from(1 << 16, count); }
static void read_64(uint32_t count) { read_from(64, count); }

static void seek_read(uint32_t count) {
    iovec_t buffer = {block, 64};
    uint64_t at;
    for (uint32_t i = 0, done; i < count; i++) {
        MUST(p1_fd_seek(file, i % 4096 * 4096, SET, &at));
        MUST(p1_fd_read(file, &buffer, 1, &done));
    }
}

static void pread_64k(uint32_t count) {
    iovec_t buffer = {block, 1 << 16};
    for (uint32_t i = 0, done; i < count; i++)
        MUST(p1_fd_pread(file, &buffer, 1, (uint64_t)(i % 256) << 16, &done));
}

static void pwrite_64k(uint32_t count) {
    iovec_t buffer = {block, 1 << 16};
    for (uint32_t i = 0, done; i < count; i++)
        MUST(p1_fd_pwrite(file, &buffer, 1, (uint64_t)(i % 256) << 16, &done));
}

// Sixteen buffers of 64 bytes.
static const iovec_t *buffers(void) {
    static iovec_t list[16];
    for (int i = 0; i < 16; i++)
        list[i] = (iovec_t){block + i * 256, 64};
    return list;
}

// The adapters that take one buffer a call are given the rest again, as `writev` has it.
static void write_16(uint32_t count) {
    const iovec_t *list = buffers();
    for (uint32_t i = 0, done; i < count; i++)
        for (uint32_t at = 0; at < 16; at += done / 64)
            MUST(p1_fd_write(file, list + at, 16 - at, &done));
}

static void read_16(uint32_t count) {
    const iovec_t *list = buffers();
    for (uint32_t i = 0, done; i < count; i++)
        for (uint32_t at = 0; at < 16; at += done / 64)
            MUST(p1_fd_read(file, list + at, 16 - at, &done));
}

// Rows with cheap calls of the host.
static void monotonic(uint32_t count) {
    uint64_t now;
    for (uint32_t i = 0; i < count; i++)
        MUST(p1_clock_time_get(MONOTONIC, 0, &now));
}

static void random_32(uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        MUST(p1_random_get(block, 32));
}

static void fdstat_file(uint32_t count) {
    fdstat_t found;
    for (uint32_t i = 0; i < count; i++)
        MUST(p1_fd_fdstat_get(file, &found));
}

static void fdstat_stdout(uint32_t count) {
    fdstat_t found;
    for (uint32_t i = 0; i < count; i++)
        MUST(p1_fd_fdstat_get(STDOUT, &found));
}

static void filestat(uint32_t count) {
    filestat_t found;
    for (uint32_t i = 0; i < count; i++)
        MUST(p1_fd_filestat_get(file, &found));
}

static void open_close(uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        MUST(p1_fd_close(open_with(ROOT, "read", 0, RIGHTS_ALL)));
}

static void open_stat_close(uint32_t count) {
    filestat_t found;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t opened = open_at(ROOT, "tree/directory-50/file-50.txt", 0);
        MUST(p1_fd_filestat_get(opened, &found));
        MUST(p1_fd_close(opened));
    }
}

static void path_stat(uint32_t count) {
    filestat_t found;
    for (uint32_t i = 0; i < count; i++)
        MUST(p1_path_filestat_get(ROOT, SYMLINK_FOLLOW, "read", 4, &found));
}

// Reads a directory to its end through a buffer of 4 KiB, as wasi-libc does.
static uint32_t list(uint32_t dir, void (*each)(uint32_t dir, const dirent_t *entry, const char *name)) {
    uint8_t buffer[4096];
    uint64_t cookie = 0;
    for (uint32_t entries = 0;;) {
        uint32_t used, at = 0;
        MUST(p1_fd_readdir(dir, buffer, sizeof buffer, cookie, &used));
        for (dirent_t entry; at + sizeof entry <= used; at += sizeof entry + entry.namlen) {
            memcpy(&entry, buffer + at, sizeof entry);
            if (at + sizeof entry + entry.namlen > used)
                break;
            cookie = entry.next;
            entries++;
            if (each)
                each(dir, &entry, (const char *)buffer + at + sizeof entry);
        }
        if (used < sizeof buffer)
            return entries;
    }
}

static void readdir(uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        must(list(file, NULL) != 2002, "readdir");
}

static uint32_t walked;

static void visit(uint32_t dir, const dirent_t *entry, const char *name) {
    enum { DIRECTORY = 3 };
    char path[256] = "";
    memcpy(path, name, entry->namlen);
    if (strcmp(path, ".") == 0 || strcmp(path, "..") == 0)
        return;
    if (entry->type == DIRECTORY) {
        uint32_t inner = open_at(dir, path, O_DIRECTORY_);
        list(inner, visit);
        MUST(p1_fd_close(inner));
        return;
    }
    filestat_t found;
    MUST(p1_path_filestat_get(dir, 0, path, entry->namlen, &found));
    walked++;
}

static void walk(uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        walked = 0;
        list(file, visit);
        must(walked != 10000, "walk");
    }
}

static void environment(uint32_t count) {
    uint32_t variables, len;
    for (uint32_t i = 0; i < count; i++) {
        MUST(p1_environ_sizes_get(&variables, &len));
        must(variables != 1000, "environment");
        MUST(p1_environ_get(block, block + variables * 4));
    }
}

static const struct {
    const char *name;
    const char *opens;
    void (*work)(uint32_t count);
    uint32_t oflags;
} rows[] = {
    {"write 1 MiB", "written", write_1m, O_CREAT_},
    {"write 64 KiB", "written", write_64k, O_CREAT_},
    {"write 8 KiB", "written", write_8k, O_CREAT_},
    {"write 64 B", "written", write_64, O_CREAT_},
    {"write 16 x 64 B", "written", write_16, O_CREAT_},
    {"pwrite 64 KiB", "written", pwrite_64k, O_CREAT_},
    {"read 1 MiB", "read", read_1m, 0},
    {"read 64 KiB", "read", read_64k, 0},
    {"read 64 B", "read", read_64, 0},
    {"read 16 x 64 B", "read", read_16, 0},
    {"pread 64 KiB", "read", pread_64k, 0},
    {"seek, read 64 B", "read", seek_read, 0},
    {"stdout 64 KiB", NULL, stdout_64k, 0},
    {"monotonic clock", NULL, monotonic, 0},
    {"random 32 B", NULL, random_32, 0},
    {"fdstat of a file", "read", fdstat_file, 0},
    {"fdstat of stdout", NULL, fdstat_stdout, 0},
    {"filestat of a file", "read", filestat, 0},
    {"open, close", NULL, open_close, 0},
    {"open, stat, close", NULL, open_stat_close, 0},
    {"filestat of a path", NULL, path_stat, 0},
    {"list 2,000 entries", "entries", readdir, O_DIRECTORY_},
    {"walk 10,000 files", "tree", walk, O_DIRECTORY_},
    {"1,000 environment variables", NULL, environment, 0},
};

int main(int argc, char **argv) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (argc != 3 || strcmp(rows[i].name, argv[1]) != 0)
            continue;
        if (rows[i].opens)
            file = open_at(ROOT, rows[i].opens, rows[i].oflags);
        rows[i].work(atoi(argv[2]));
        return 0;
    }
    fprintf(stderr, "no row has such a name\n");
    return 1;
}
