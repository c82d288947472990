// Reads, writes and seeks through one descriptor and through two: no stale bytes, one cursor each.
#include "probe.h"

static char bytes[64];

static void read_some(uint32_t fd, uint32_t len) {
    iovec_t iov = {bytes, len};
    uint32_t n = 0;
    uint64_t at = 0;
    MUST(fd_read(fd, &iov, 1, &n));
    MUST(fd_tell(fd, &at));
    say("read %u: %s at %llu", len, quoted(bytes, n), at);
}

int main(void) {
    uint32_t fd = open_file("scratch", O_CREAT_, READ_WRITE, 0);
    uint64_t at;
    // Written 16, back to the start, read 2, write 2, read 2: the last read goes on after the write.
    put(fd, "0123456789abcdef");
    T(fd_seek(fd, 0, SET, &at));
    read_some(fd, 2);
    put(fd, "XY");
    read_some(fd, 2);
    read_some(fd, 100);
    read_some(fd, 100);
    put(fd, "end");
    read_some(fd, 100);
    T(fd_seek(fd, -5, END, &at));
    read_some(fd, 100);
    show_file("scratch");
    uint32_t other = open_file("scratch", 0, READ_WRITE, 0);
    read_some(other, 4);
    T(fd_seek(fd, 4, SET, &at));
    put(fd, "....");
    read_some(other, 6);
    T(fd_filestat_set_size(fd, 6));
    read_some(other, 6);
    put(other, "far");
    show_file("scratch");
    read_some(fd, 10);
    return 0;
}
