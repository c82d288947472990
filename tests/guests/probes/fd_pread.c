//! stdin: "not for reading at an offset"
// fd_pread: kinds, offsets up to the largest, and the cursor left where it was.
#include "probe.h"

static uint8_t bytes[20000];

static void read_at(uint32_t fd, uint32_t len, uint64_t offset) {
    iovec_t iov = {bytes, len};
    uint32_t n = 77;
    if (T(fd_pread(fd, &iov, 1, offset, &n)) == 0) say("  len %u offset %llu: n %u %s", len, offset, n, quoted(bytes, n < 30 ? n : 30));
    else say("  len %u offset %llu: n %u", len, offset, n);
}

int main(void) {
    EACH_FD(read_at(fd, 4, 0));
    uint32_t fd = open_file("hello.txt", 0, READ_ONLY, 0), n;
    uint64_t at;
    read_at(fd, 5, 7);
    read_at(fd, 0, 0);
    read_at(fd, 100, 0);
    read_at(fd, 100, 12);
    read_at(fd, 100, 13);
    read_at(fd, 100, 14);
    read_at(fd, 1, INT64_MAX);
    read_at(fd, 1, 1ull << 63);
    read_at(fd, 1, UINT64_MAX);
    T(fd_pread(fd, NULL, 0, 0, &n));
    T(fd_pread(fd, NULL, 0, UINT64_MAX, &n));
    T(fd_tell(fd, &at));
    say("at %llu", at);
    // stdin has lost nothing by the refused reads.
    iovec_t iov = {bytes, 3};
    T(fd_read(0, &iov, 1, &n));
    say("%s", quoted(bytes, n));
    return 0;
}
