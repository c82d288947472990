// Numbers that name no clock, no whence, no flag: a preview1 host traps, a component answers INVAL and goes on.
#include "cases.h"

static uint8_t bytes[64];

static subscription_t with(uint8_t tag, uint32_t clock, uint16_t flags) {
    subscription_t sub = {.tag = tag};
    sub.clock.id = clock;
    sub.clock.flags = flags;
    return sub;
}

static void run(void) {
    uint32_t fd = open_file("hello.txt", 0, READ_WRITE, 0), n;
    uint64_t at;
    uint16_t flags;
    filestat_t stat;
    iovec_t iov = {bytes, 8};
    event_t event;
    subscription_t no_clock = with(0, 9, 0), no_flag = with(0, MONOTONIC, 2), no_tag = with(3, 0, 0);

    CASE(clock_res_get(4, &at));
    CASE(clock_res_get(255, &at));
    CASE(clock_res_get(0x100, &at));
    CASE(clock_res_get(0xffffffff, &at));
    CASE(clock_time_get(4, 0, &at));
    CASE(clock_time_get(0xffffffff, 0, &at));
    CASE(fd_advise(fd, 0, 0, 6));
    CASE(fd_advise(fd, 0, 0, 0x100));
    CASE(fd_advise(NOFD, 0, 0, 6));
    CASE(fd_fdstat_set_flags(fd, 32));
    CASE(fd_fdstat_set_flags(fd, 0xffff));
    CASE(fd_fdstat_set_flags(fd, 0x10000));
    CASE(fd_fdstat_set_flags(NOFD, 32));
    CASE(fd_fdstat_set_rights(fd, 1ull << 40, 0));
    CASE(fd_fdstat_set_rights(NOFD, 1ull << 40, 0));
    CASE(fd_filestat_set_times(fd, 0, 0, 16));
    CASE(fd_filestat_set_times(fd, 0, 0, 0x10000));
    CASE(fd_seek(fd, 0, 3, &at));
    CASE(fd_seek(fd, 0, 0x100, &at));
    CASE(fd_seek(NOFD, 0, 3, &at));
    CASE(path_filestat_get(DIR, 2, S("hello.txt"), &stat));
    CASE(path_filestat_get(DIR, 0x10000, S("hello.txt"), &stat));
    CASE(path_filestat_set_times(DIR, 2, S("hello.txt"), 0, 0, 0));
    CASE(path_filestat_set_times(DIR, 0, S("hello.txt"), 0, 0, 16));
    CASE(path_link(DIR, 2, S("hello.txt"), DIR, S("x")));
    CASE(path_open(DIR, 2, S("hello.txt"), 0, RIGHT_READ, 0, 0, &n));
    CASE(path_open(DIR, 0, S("hello.txt"), 16, RIGHT_READ, 0, 0, &n));
    CASE(path_open(DIR, 0, S("hello.txt"), 0x10000, RIGHT_READ, 0, 0, &n));
    CASE(path_open(DIR, 0, S("hello.txt"), 0, 1ull << 30, 0, 0, &n));
    CASE(path_open(DIR, 0, S("hello.txt"), 0, RIGHT_READ, 1ull << 40, 0, &n));
    CASE(path_open(DIR, 0, S("hello.txt"), 0, RIGHT_READ, 0, 32, &n));
    CASE(path_open(NOFD, 0, S("hello.txt"), 16, RIGHT_READ, 0, 0, &n));
    CASE(poll_oneoff(&no_clock, &event, 1, &n));
    CASE(poll_oneoff(&no_flag, &event, 1, &n));
    CASE(poll_oneoff(&no_tag, &event, 1, &n));
    CASE(sock_accept(fd, 32, &n));
    CASE(sock_recv(fd, &iov, 1, 4, &n, &flags));
    CASE(sock_send(fd, &iov, 1, 1, &n));
    CASE(sock_shutdown(fd, 4));
    CASE(sock_shutdown(NOFD, 4));
    CASE(proc_raise(31));
}
