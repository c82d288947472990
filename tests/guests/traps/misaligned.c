// Pointers that are not aligned: a preview1 host traps; on a component they work, as WebAssembly itself lets them.
#include "cases.h"

static uint8_t bytes[256];

static void run(void) {
    uint32_t fd = open_file("hello.txt", 0, READ_ONLY, 0), n;
    iovec_t iov = {bytes + 100, 4};
    memcpy(bytes + 201, &iov, sizeof iov);
    CASE(args_sizes_get(bytes + 1, bytes + 6));
    CASE(clock_time_get(0, 0, bytes + 3));
    CASE(fd_fdstat_get(fd, bytes + 5));
    CASE(fd_filestat_get(fd, bytes + 4));
    CASE(fd_read(fd, &iov, 1, bytes + 1));
    CASE(fd_read(fd, bytes + 201, 1, &n));
    CASE(fd_seek(fd, 0, SET, bytes + 1));
    CASE(fd_prestat_get(DIR, bytes + 2));
}
