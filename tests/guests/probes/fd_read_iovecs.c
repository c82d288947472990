// fd_read and fd_pread into several iovecs, empty ones between them: all are filled.
#include "probe.h"

static uint8_t bytes[4096];

int main(void) {
    uint32_t fd = open_file("data.bin", 0, READ_ONLY, 0), n = 0;
    iovec_t three[] = {{bytes, 10}, {bytes + 10, 20}, {bytes + 30, 30}};
    T(fd_read(fd, three, 3, &n));
    say("n %u hash %x", n, fnv(bytes, n));
    iovec_t gaps[] = {{bytes, 0}, {bytes, 5}, {NULL, 0}, {bytes + 5, 7}, {bytes, 0}};
    memset(bytes, 0, sizeof bytes);
    T(fd_pread(fd, gaps, 5, 100, &n));
    say("n %u hash %x", n, fnv(bytes, n));
    iovec_t nothing[] = {{bytes, 0}, {bytes, 0}};
    T(fd_read(fd, nothing, 2, &n));
    say("n %u", n);
    T(fd_pread(fd, nothing, 2, 5, &n));
    say("n %u", n);
    // The file ends within the second.
    uint32_t hello = open_file("hello.txt", 0, READ_ONLY, 0);
    memset(bytes, '#', sizeof bytes);
    T(fd_read(hello, three, 3, &n));
    say("n %u %s", n, quoted(bytes, 16));
    static iovec_t many[1024];
    for (uint32_t i = 0; i < COUNT(many); i++) many[i] = (iovec_t){bytes + i, 1};
    uint64_t at;
    T(fd_seek(fd, 0, SET, &at));
    T(fd_read(fd, many, 1024, &n));
    say("n %u hash %x", n, fnv(bytes, n));
    T(fd_tell(fd, &at));
    say("at %llu", at);
    return 0;
}
