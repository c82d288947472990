//! env: ["A=1"]
// Pointers that lead out of memory: a preview1 host traps, a component answers FAULT and goes on. With a number as its
// argument the guest runs that case alone; without, all of them.
#include "cases.h"

// Beyond the end of memory; and within it, but not for as long as the call needs.
#define OUT ((void *)0xfffffff0u)
static void *last(uint32_t bytes) { return (void *)(__builtin_wasm_memory_size(0) * 65536u - bytes); }

static uint8_t bytes[64];
static uint32_t n, file, sub;
static iovec_t good, bad_buf, bad_len;

static void run(void) {
    good = (iovec_t){bytes, 8};
    bad_buf = (iovec_t){OUT, 32};
    bad_len = (iovec_t){bytes, 0xffffffff};
    file = open_file("hello.txt", 0, READ_WRITE, 0);
    sub = open_dir("sub");

    CASE(args_get(OUT, bytes));
    CASE(args_get(bytes, OUT));
    CASE(args_sizes_get(OUT, &n));
    CASE(args_sizes_get(&n, OUT));
    CASE(args_sizes_get(last(2), &n));
    CASE(environ_get(OUT, bytes));
    CASE(environ_get(bytes, OUT));
    CASE(environ_sizes_get(OUT, &n));
    CASE(environ_sizes_get(&n, OUT));
    CASE(clock_res_get(0, OUT));
    CASE(clock_time_get(0, 0, OUT));
    CASE(clock_time_get(1, 0, last(4)));
    CASE(fd_fdstat_get(1, OUT));
    CASE(fd_fdstat_get(file, last(16)));
    CASE(fd_filestat_get(file, OUT));
    CASE(fd_filestat_get(file, last(32)));
    CASE(fd_pread(file, OUT, 1, 0, &n));
    CASE(fd_pread(file, &bad_buf, 1, 0, &n));
    CASE(fd_pread(file, &good, 1, 0, OUT));
    CASE(fd_prestat_get(DIR, OUT));
    CASE(fd_prestat_dir_name(DIR, OUT, 1));
    CASE(fd_pwrite(file, OUT, 1, 0, &n));
    CASE(fd_pwrite(file, &bad_buf, 1, 0, &n));
    CASE(fd_pwrite(file, &good, 1, 0, OUT));
    CASE(fd_read(file, OUT, 1, &n));
    CASE(fd_read(file, &bad_buf, 1, &n));
    CASE(fd_read(file, &bad_len, 1, &n));
    CASE(fd_read(file, &good, 1, OUT));
    CASE(fd_read(file, last(4), 1, &n));
    CASE(fd_read(file, &good, 0x20000000, &n));
    CASE(fd_read(0, &bad_buf, 1, &n));
    CASE(fd_readdir(sub, OUT, 4096, 0, &n));
    CASE(fd_readdir(sub, bytes, 64, 0, OUT));
    CASE(fd_seek(file, 0, SET, OUT));
    CASE(fd_tell(file, OUT));
    CASE(fd_write(file, OUT, 1, &n));
    CASE(fd_write(file, &bad_buf, 1, &n));
    CASE(fd_write(file, &bad_len, 1, &n));
    CASE(fd_write(file, &good, 1, OUT));
    CASE(fd_write(1, &bad_buf, 1, &n));
    CASE(fd_write(1, OUT, 1, &n));
    CASE(path_create_directory(DIR, OUT, 32));
    CASE(path_create_directory(DIR, bytes, 0xffffffff));
    CASE(path_filestat_get(DIR, 0, OUT, 32, bytes));
    CASE(path_filestat_get(DIR, 0, S("hello.txt"), OUT));
    CASE(path_filestat_set_times(DIR, 0, OUT, 32, 0, 0, 0));
    CASE(path_link(DIR, 0, OUT, 32, DIR, S("x")));
    CASE(path_link(DIR, 0, S("hello.txt"), DIR, OUT, 32));
    CASE(path_open(DIR, 0, OUT, 32, 0, RIGHT_READ, 0, 0, &n));
    CASE(path_open(DIR, 0, S("hello.txt"), 0, RIGHT_READ, 0, 0, OUT));
    CASE(path_readlink(DIR, OUT, 32, bytes, 64, &n));
    CASE(path_readlink(DIR, S("link"), OUT, 64, &n));
    CASE(path_readlink(DIR, S("link"), bytes, 64, OUT));
    CASE(path_remove_directory(DIR, OUT, 32));
    CASE(path_rename(DIR, OUT, 32, DIR, S("x")));
    CASE(path_rename(DIR, S("hello.txt"), DIR, OUT, 32));
    CASE(path_symlink(OUT, 32, DIR, S("x")));
    CASE(path_symlink(S("x"), DIR, OUT, 32));
    CASE(path_unlink_file(DIR, OUT, 32));
    CASE(poll_oneoff(OUT, bytes, 1, &n));
    CASE(poll_oneoff(bytes, bytes, 0x10000000, &n));
    CASE(poll_oneoff(bytes, OUT, 1, &n));
    CASE(random_get(OUT, 32));
    CASE(random_get(bytes, 0xffffffff));
}
