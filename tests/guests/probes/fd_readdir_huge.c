// 2,000 entries, some with long names, listed with three sizes of buffer.
#include "probe.h"

static uint8_t buf[65536];
static bool seen[2000];

static void list(uint32_t fd, uint32_t len) {
    uint64_t cookie = 0;
    uint32_t used = 0, names = 0, twice = 0;
    memset(seen, 0, sizeof seen);
    do {
        MUST(fd_readdir(fd, buf, len, cookie, &used));
        uint32_t at = 0;
        while (at + sizeof(dirent_t) <= used) {
            dirent_t dirent;
            memcpy(&dirent, buf + at, sizeof dirent);
            if (at + sizeof dirent + dirent.namlen > used) break;
            const char *name = (const char *)buf + at + sizeof dirent;
            if (name[0] == 'f') {
                int number = atoi(name + 1);
                twice += seen[number];
                seen[number] = true;
            }
            names++;
            at += sizeof dirent + dirent.namlen;
            cookie = dirent.next;
        }
    } while (used == len);
    uint32_t missing = 0;
    for (int i = 0; i < 2000; i++) missing += !seen[i];
    say("len %u: %u names, %u missing, %u twice, last cookie %llu", len, names, missing, twice, cookie);
}

int main(void) {
    MUST(path_create_directory(DIR, S("huge")));
    uint32_t dir = open_dir("huge");
    for (int i = 0; i < 2000; i++) {
        char name[256];
        int len = snprintf(name, sizeof name, "f%d-", i);
        if (i % 100 == 0) { memset(name + len, 'x', 200); len += 200; }
        uint32_t fd;
        MUST(path_open(dir, 0, name, (uint32_t)len, O_CREAT_, RIGHT_WRITE, 0, 0, &fd));
        MUST(fd_close(fd));
    }
    list(dir, 65536);
    list(dir, 4096);
    list(dir, 300);
    return 0;
}
