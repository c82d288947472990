// All that a program can learn of its surroundings, by every function of preview1 that asks for something of the host's.
#pragma once
#include "probe.h"

__attribute__((unused)) static void say_strings(const char *what, uint32_t count, char **strings) {
    say("%s: %u", what, count);
    for (uint32_t i = 0; i < count; i++) say("  %s", quoted(strings[i], strlen(strings[i])));
}

__attribute__((unused)) static void say_strings_of_program(void) {
    static char *strings[64], bytes[4096];
    uint32_t count = 0, size = 0;
    T(args_sizes_get(&count, &size));
    T(args_get(strings, bytes));
    say("size %u", size);
    say_strings("arguments", count, strings);
    T(environ_sizes_get(&count, &size));
    T(environ_get(strings, bytes));
    say("size %u", size);
    say_strings("variables", count, strings);
}

__attribute__((unused)) static void say_surroundings(void) {
    say_strings_of_program();
    uint32_t fd = 7, n = 7;
    uint64_t now = 0;
    char bytes[64] = "abc";
    // wasmtime's preview1 host serves one buffer of several, so the first is empty.
    iovec_t iov = {bytes, 3}, iovs[2] = {{bytes, 0}, {bytes, 3}};
    for (fd = 0; fd < 5; fd++) {
        say("descriptor %u", fd);
        fdstat_t stat = {0};
        filestat_t filestat = {0};
        prestat_t prestat;
        T(fd_fdstat_get(fd, &stat));
        say("  %s flags %u rights %llx", type_name(stat.filetype), stat.flags, stat.rights_base);
        T(fd_fdstat_set_flags(fd, 0));
        T(fd_filestat_get(fd, &filestat));
        say("  %s", type_name(filestat.filetype));
        T(fd_filestat_set_size(fd, 0));
        T(fd_filestat_set_times(fd, 0, 0, 0));
        T(fd_prestat_get(fd, &prestat));
        T(fd_prestat_dir_name(fd, bytes, 1));
        T(fd_seek(fd, 0, SET, &now));
        T(fd_tell(fd, &now));
        T(fd_advise(fd, 0, 0, 0));
        T(fd_allocate(fd, 0, 1));
        T(fd_sync(fd));
        T(fd_datasync(fd));
        T(fd_readdir(fd, bytes, 64, 0, &n));
        T(fd_pread(fd, &iov, 1, 0, &n));
        T(fd_pwrite(fd, &iov, 1, 0, &n));
    }
    for (fd = 0; fd < 3; fd++) {
        subscription_t sub = {.userdata = 5, .tag = fd == 0 ? 1 : 2};
        sub.fd.fd = fd;
        event_t event = {0};
        T(poll_oneoff(&sub, &event, 1, &n));
        say("  %u event of type %u, error %s", n, event.type, errno_name(event.error));
    }
    T(clock_time_get(REALTIME, 0, &now));
    T(random_get(bytes, 4));
    for (int i = 0; i < 3; i++) {
        n = 7;
        T(fd_read(0, i == 1 ? iovs : &iov, i == 1 ? 2 : 1, &n));
        say("  %s", quoted(bytes, n));
    }
    iov.buf = iovs[1].buf = "-O\n";
    for (fd = 1; fd < 3; fd++) {
        n = 7;
        T(fd_write(fd, &iov, 1, &n));
        say("  %u bytes", n);
        T(fd_write(fd, iovs, 2, &n));
        say("  %u bytes", n);
    }
    T(fd_read(3, &iov, 1, &n));
    T(fd_write(3, &iov, 1, &n));
    T(path_open(3, 0, S("hello.txt"), 0, RIGHT_READ, 0, 0, &fd));
    T(path_filestat_get(3, 0, S("hello.txt"), bytes));
    T(path_filestat_set_times(3, 0, S("hello.txt"), 0, 0, 0));
    T(path_create_directory(3, S("made")));
    T(path_link(3, 0, S("hello.txt"), 3, S("linked")));
    T(path_readlink(3, S("link"), bytes, 64, &n));
    T(path_rename(3, S("made"), 3, S("moved")));
    T(path_symlink(S("hello.txt"), 3, S("made")));
    T(path_unlink_file(3, S("made")));
    T(path_remove_directory(3, S("moved")));
    T(sock_shutdown(1, 1));
    T(fd_renumber(0, 3));
    T(fd_close(0));
    T(fd_close(0));
}
