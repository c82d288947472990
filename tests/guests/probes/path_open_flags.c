// path_open: rights, fdflags, long names, what O_TRUNC and O_EXCL do to the content.
#include "probe.h"

int main(void) {
    uint32_t fd, n;
    static const uint32_t fdflags[] = {0, APPEND, NONBLOCK, DSYNC, RSYNC, SYNC, APPEND | NONBLOCK, APPEND | SYNC};
    for (uint32_t i = 0; i < COUNT(fdflags); i++) {
        say("fdflags %u", fdflags[i]);
        if (T(path_open(DIR, 0, S("hello.txt"), 0, RIGHT_READ, 0, fdflags[i], &fd)) == 0) {
            fdstat_t stat;
            MUST(fd_fdstat_get(fd, &stat));
            say("  flags %u", stat.flags);
        }
        T(path_open(DIR, 0, S("scratch"), O_CREAT_, RIGHT_WRITE, 0, fdflags[i], &fd));
        T(path_open(DIR, 0, S("sub"), O_DIRECTORY_, 0, 0, fdflags[i], &fd));
    }
    T(path_open(DIR, 0, S("nul\0inside"), 0, RIGHT_READ, 0, 0, &fd));
    T(path_open(DIR, 0, S("nul\0inside"), O_CREAT_, RIGHT_WRITE, 0, 0, &fd));
    static char longest[5000];
    memset(longest, 'n', sizeof longest);
    T(path_open(DIR, 0, longest, 255, O_CREAT_, RIGHT_WRITE, 0, 0, &fd));
    T(path_open(DIR, 0, longest, 256, O_CREAT_, RIGHT_WRITE, 0, 0, &fd));
    T(path_open(DIR, 0, longest, 5000, O_CREAT_, RIGHT_WRITE, 0, 0, &fd));

    // Opened without rights, which is for reading.
    char bytes[8];
    iovec_t iov = {bytes, 4};
    MUST(path_open(DIR, 0, S("hello.txt"), 0, 0, 0, 0, &fd));
    T(fd_read(fd, &iov, 1, &n));
    T(fd_write(fd, &iov, 1, &n));
    // Write only with creation, then reading it is refused.
    MUST(path_open(DIR, 0, S("fresh"), O_CREAT_ | O_EXCL_, RIGHT_WRITE, 0, 0, &fd));
    put(fd, "fresh content");
    T(fd_read(fd, &iov, 1, &n));
    T(path_open(DIR, 0, S("fresh"), O_CREAT_ | O_EXCL_, RIGHT_WRITE, 0, 0, &fd));
    T(path_open(DIR, 0, S("fresh"), O_TRUNC_, RIGHT_READ, 0, 0, &fd));
    show_file("fresh");
    put(open_file("fresh", 0, WRITE_ONLY, 0), "more content");
    T(path_open(DIR, 0, S("fresh"), O_TRUNC_, RIGHT_WRITE, 0, 0, &fd));
    show_file("fresh");
    T(path_open(DIR, 0, S("fresh"), O_CREAT_ | O_TRUNC_, RIGHT_WRITE, 0, APPEND, &fd));
    // Created through read-only rights.
    T(path_open(DIR, 0, S("created-read-only"), O_CREAT_, RIGHT_READ, 0, 0, &fd));
    T(fd_read(fd, &iov, 1, &n));
    T(fd_write(fd, &iov, 1, &n));
    T(fd_filestat_set_size(fd, 2));
    T(path_open(DIR, 0, S("append-read"), O_CREAT_, RIGHT_READ, 0, APPEND, &fd));
    T(fd_write(fd, &iov, 1, &n));
    return 0;
}
