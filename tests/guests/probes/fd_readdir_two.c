// Two directories, and two descriptors of one directory, read in turns with small buffers.
#include "probe.h"

typedef struct { uint32_t fd; uint64_t cookie; uint32_t seen; bool done; unsigned hash; } reader_t;

static void step(reader_t *reader) {
    uint8_t buf[96];
    uint32_t used = 0, at = 0;
    if (reader->done) return;
    MUST(fd_readdir(reader->fd, buf, sizeof buf, reader->cookie, &used));
    while (at + sizeof(dirent_t) <= used) {
        dirent_t dirent;
        memcpy(&dirent, buf + at, sizeof dirent);
        if (at + sizeof dirent + dirent.namlen > used) break;
        reader->seen++;
        reader->hash += fnv(buf + at + sizeof dirent, dirent.namlen);
        reader->cookie = dirent.next;
        at += sizeof dirent + dirent.namlen;
    }
    reader->done = used < sizeof buf;
}

int main(void) {
    reader_t a = {.fd = DIR}, b = {.fd = open_dir("sub")}, c = {.fd = open_dir(".")};
    for (int turn = 0; turn < 100; turn++) {
        step(&a);
        step(&b);
        if (turn > 3) step(&c);
    }
    say("a %u %x done %d", a.seen, a.hash, a.done);
    say("b %u %x done %d", b.seen, b.hash, b.done);
    say("c %u %x done %d", c.seen, c.hash, c.done);
    return 0;
}
