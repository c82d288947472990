//! stdin: "line one\nline two\n"
// fd_read: kinds of descriptors, lengths, iovecs, the end of the file and what comes after it.
#include "probe.h"

static uint8_t bytes[20000];

static void read_some(uint32_t fd, uint32_t len) {
    iovec_t iov = {bytes, len};
    uint32_t n = 77;
    memset(bytes, '#', 64);
    if (T(fd_read(fd, &iov, 1, &n)) == 0) say("  %u bytes %s, then %s", n, quoted(bytes, n < 40 ? n : 40), quoted(bytes + n, 1));
    else say("  n %u", n);
}

int main(void) {
    EACH_FD(if (fd != 0) read_some(fd, 4));
    read_some(0, 5);
    read_some(0, 0);
    read_some(0, 100);
    read_some(0, 100);
    read_some(0, 100);

    uint32_t fd = open_file("hello.txt", 0, READ_ONLY, 0), n = 77;
    read_some(fd, 0);
    read_some(fd, 1);
    read_some(fd, 0);
    read_some(fd, 4);
    read_some(fd, 1000);
    read_some(fd, 1000);
    read_some(fd, 0);
    // Data that another descriptor appends after the end is visible.
    uint32_t writer = open_file("hello.txt", 0, WRITE_ONLY, APPEND);
    put(writer, "appended");
    read_some(fd, 1000);
    read_some(fd, 1000);
    put(writer, "!");
    read_some(fd, 1000);

    // No iovec at all is a read of nothing.
    T(fd_read(fd, NULL, 0, &n));
    say("n %u", n);
    T(fd_read(NOFD, NULL, 0, &n));
    T(fd_read(3, NULL, 0, &n));
    T(fd_read(writer, NULL, 0, &n));

    uint32_t big = open_file("data.bin", 0, READ_ONLY, 0);
    iovec_t iov = {bytes, sizeof bytes};
    T(fd_read(big, &iov, 1, &n));
    say("n %u hash %x", n, fnv(bytes, n));
    uint64_t at;
    T(fd_seek(big, 9990, SET, &at));
    read_some(big, 100);
    T(fd_seek(big, 5000000, SET, &at));
    read_some(big, 100);
    return 0;
}
