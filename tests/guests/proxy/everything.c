//! stdin: "input"
// A library for a `wasi:http/proxy` host: no files, no arguments, no environment, no exit; all else works.
#include "probe.h"

__attribute__((constructor)) static void run(void) {
    uint32_t count = 7, size = 7, fd = 7, n = 7;
    uint64_t now = 0;
    char bytes[64] = {0};
    iovec_t iov = {bytes, 3};
    T(args_sizes_get(&count, &size));
    say("%u %u", count, size);
    T(args_get(bytes, bytes));
    count = size = 7;
    T(environ_sizes_get(&count, &size));
    say("%u %u", count, size);
    T(environ_get(bytes, bytes));
    T(clock_time_get(REALTIME, 0, &now));
    T(clock_time_get(MONOTONIC, 0, &now));
    T(clock_res_get(MONOTONIC, &now));
    T(random_get(bytes, 8));
    T(sched_yield());
    for (fd = 0; fd < 5; fd++) {
        say("descriptor %u", fd);
        fdstat_t stat = {0};
        filestat_t filestat;
        prestat_t prestat;
        T(fd_fdstat_get(fd, &stat));
        say("  %s flags %u", type_name(stat.filetype), stat.flags);
        T(fd_filestat_get(fd, &filestat));
        T(fd_prestat_get(fd, &prestat));
        T(fd_seek(fd, 0, SET, &now));
        T(fd_sync(fd));
    }
    T(fd_read(0, &iov, 1, &n));
    say("%s", quoted(bytes, n));
    T(fd_write(2, &iov, 1, &n));
    T(fd_write(3, &iov, 1, &n));
    T(fd_read(3, &iov, 1, &n));
    T(fd_readdir(3, bytes, 64, 0, &n));
    T(path_open(3, 0, S("x"), 0, RIGHT_READ, 0, 0, &fd));
    T(path_filestat_get(3, 0, S("x"), bytes));
    T(path_unlink_file(3, S("x")));
    T(path_rename(3, S("x"), 3, S("y")));
    T(path_symlink(S("x"), 3, S("y")));
    subscription_t sub = {.userdata = 5, .tag = 0};
    sub.clock.id = MONOTONIC;
    sub.clock.timeout = 1000;
    event_t event;
    T(poll_oneoff(&sub, &event, 1, &n));
    T(fd_renumber(2, 1));
    T(fd_close(0));
    T(adapter_open_badfd(&fd));
    say("%u", fd);
    T(adapter_close_badfd(fd));
    T(sock_shutdown(1, 1));
    T(proc_raise(6));
}
