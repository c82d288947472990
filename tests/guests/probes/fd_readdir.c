// fd_readdir: kinds, whole listings, entries cut by small buffers, cookies, rewinding.
#include "probe.h"

static uint8_t buf[16384];

typedef struct { char name[64]; uint8_t type; uint64_t ino, next; } entry_t;
static entry_t entries[64];
static uint32_t count;

// Reads a whole directory with a buffer of `len` bytes, as a libc does: a cut entry is asked for again by cookie.
static void list(uint32_t fd, uint32_t len) {
    uint64_t cookie = 0;
    uint32_t used = 0, calls = 0;
    count = 0;
    do {
        MUST(fd_readdir(fd, buf, len, cookie, &used));
        if (++calls > 200) { say("no end"); return; }
        uint32_t at = 0;
        while (at + sizeof(dirent_t) <= used) {
            dirent_t dirent;
            memcpy(&dirent, buf + at, sizeof dirent);
            if (at + sizeof dirent + dirent.namlen > used) break;
            entry_t *entry = &entries[count++];
            *entry = (entry_t){"", dirent.type, dirent.ino, dirent.next};
            memcpy(entry->name, buf + at + sizeof dirent, dirent.namlen);
            at += sizeof dirent + dirent.namlen;
            cookie = dirent.next;
        }
    } while (used == len);
}

static int by_name(const void *a, const void *b) { return strcmp(((entry_t *)a)->name, ((entry_t *)b)->name); }

static void show(void) {
    qsort(entries, count, sizeof *entries, by_name);
    for (uint32_t i = 0; i < count; i++) say("  %s %s", type_name(entries[i].type), entries[i].name);
}

int main(void) {
    uint32_t used = 0;
    EACH_FD(if (T(fd_readdir(fd, buf, sizeof buf, 0, &used)) == 0) say("  something %d", used > 0));
    uint32_t sub = open_dir("sub"), empty = open_dir("emptydir");
    static const uint32_t sizes[] = {16384, 100, 64, 48};
    for (uint32_t i = 0; i < COUNT(sizes); i++) {
        say("sub with %u bytes", sizes[i]);
        list(sub, sizes[i]);
        show();
    }
    say("the root");
    list(DIR, 4096);
    show();
    for (uint32_t i = 0; i < count; i++) {
        filestat_t stat;
        if (!strcmp(entries[i].name, "..")) continue;
        MUST(path_filestat_get(DIR, 0, entries[i].name, (uint32_t)strlen(entries[i].name), &stat));
        if (stat.ino != entries[i].ino || stat.filetype != entries[i].type) say("  %s is not what its entry says", entries[i].name);
    }
    say("an empty directory");
    list(empty, 4096);
    show();
    // A buffer too small for a header, for nothing, for a name.
    memset(buf, '#', 64);
    T(fd_readdir(sub, buf, 0, 0, &used));
    say("used %u", used);
    T(fd_readdir(sub, buf, 1, 0, &used));
    say("used %u", used);
    T(fd_readdir(sub, buf, 23, 0, &used));
    say("used %u next %u", used, buf[23]);
    T(fd_readdir(sub, buf, 24, 0, &used));
    say("used %u", used);
    T(fd_readdir(sub, buf, 25, 0, &used));
    say("used %u %c%c", used, buf[24], buf[25]);
    // Cookies: each entry again by the cookie before it; beyond the end there is nothing.
    list(sub, 4096);
    uint32_t total = count;
    for (uint32_t i = 0; i + 1 < total; i++) {
        uint32_t again = 0;
        dirent_t dirent;
        MUST(fd_readdir(sub, buf, 4096, entries[i].next, &again));
        memcpy(&dirent, buf, sizeof dirent);
        if (memcmp(buf + sizeof dirent, entries[i + 1].name, dirent.namlen)) say("cookie %u leads elsewhere", i);
    }
    say("cookies %llu to %llu", entries[0].next, entries[total - 1].next);
    T(fd_readdir(sub, buf, 4096, entries[total - 1].next, &used));
    say("used %u", used);
    T(fd_readdir(sub, buf, 4096, 1000, &used));
    say("used %u", used);
    T(fd_readdir(sub, buf, 4096, UINT64_MAX, &used));
    say("used %u", used);
    // Rewinding sees what came and went meanwhile.
    uint32_t made = open_at(sub, "made", O_CREAT_, WRITE_ONLY, 0);
    T(fd_close(made));
    T(path_unlink_file(sub, S("inner.txt")));
    list(sub, 4096);
    show();
    return 0;
}
