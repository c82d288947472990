// A pointer out of memory to nothing at all.
#include "cases.h"

#define OUT ((void *)0xfffffff0u)

static void run(void) {
    uint32_t fd = open_file("hello.txt", 0, READ_WRITE, 0), sub = open_dir("sub"), n;
    iovec_t nothing = {OUT, 0};
    CASE(environ_get(OUT, OUT));
    CASE(fd_read(fd, OUT, 0, &n));
    CASE(fd_read(fd, &nothing, 1, &n));
    CASE(fd_pread(fd, &nothing, 1, 0, &n));
    CASE(fd_write(fd, OUT, 0, &n));
    CASE(fd_write(fd, &nothing, 1, &n));
    CASE(fd_pwrite(fd, &nothing, 1, 0, &n));
    CASE(fd_write(1, &nothing, 1, &n));
    CASE(fd_readdir(sub, OUT, 0, 0, &n));
    CASE(path_readlink(DIR, S("link"), OUT, 0, &n));
    CASE(path_filestat_get(DIR, 0, OUT, 0, malloc(64)));
    CASE(poll_oneoff(OUT, OUT, 0, &n));
    CASE(random_get(OUT, 0));
    CASE(fd_prestat_dir_name(DIR, OUT, 0));
}
