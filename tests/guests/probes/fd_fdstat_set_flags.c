// fd_fdstat_set_flags: APPEND and NONBLOCK switched after open, every kind of descriptor.
#include "probe.h"

static void flags_of(uint32_t fd) {
    fdstat_t stat;
    MUST(fd_fdstat_get(fd, &stat));
    say("  flags %u", stat.flags);
}

int main(void) {
    EACH_FD(T(fd_fdstat_set_flags(fd, 0)));
    EACH_FD(T(fd_fdstat_set_flags(fd, NONBLOCK)));
    EACH_FD(T(fd_fdstat_set_flags(fd, APPEND)));

    uint32_t fd = open_file("scratch", O_CREAT_, READ_WRITE, 0);
    uint64_t at;
    put(fd, "0123456789");
    T(fd_seek(fd, 2, SET, &at));
    T(fd_fdstat_set_flags(fd, APPEND));
    flags_of(fd);
    put(fd, "AB");
    T(fd_tell(fd, &at));
    say("at %llu", at);
    show_file("scratch");
    T(fd_fdstat_set_flags(fd, 0));
    flags_of(fd);
    T(fd_seek(fd, 2, SET, &at));
    put(fd, "cd");
    T(fd_tell(fd, &at));
    say("at %llu", at);
    show_file("scratch");
    T(fd_fdstat_set_flags(fd, NONBLOCK));
    flags_of(fd);
    put(fd, "ef");
    T(fd_fdstat_set_flags(fd, NONBLOCK | APPEND));
    flags_of(fd);
    put(fd, "gh");
    show_file("scratch");
    T(fd_fdstat_set_flags(fd, DSYNC));
    T(fd_fdstat_set_flags(fd, RSYNC));
    T(fd_fdstat_set_flags(fd, SYNC));
    flags_of(fd);
    flags_of(fd);
    // Opened for appending, then not any more.
    uint32_t appending = open_file("scratch", 0, READ_WRITE, APPEND);
    T(fd_fdstat_set_flags(appending, 0));
    flags_of(appending);
    T(fd_seek(appending, 0, SET, &at));
    put(appending, "X");
    show_file("scratch");
    return 0;
}
