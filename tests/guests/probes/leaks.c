// The same calls thousands of times: nothing runs out, and memory does not grow.
#include "probe.h"

static uint8_t buf[8192];

static void once(void) {
    uint32_t fd, used, n;
    iovec_t iov = {buf, 100};
    filestat_t stat;
    MUST(path_open(DIR, 0, S("hello.txt"), 0, RIGHT_READ | RIGHTS_ANYWAY, 0, 0, &fd));
    MUST(fd_read(fd, &iov, 1, &n));
    subscription_t subs[2] = {{.userdata = 1, .tag = 1}, {.userdata = 2, .tag = 2}};
    subs[0].fd.fd = fd;
    subs[1].fd.fd = 1;
    event_t events[2];
    MUST(poll_oneoff(subs, events, 2, &n));
    MUST(fd_close(fd));
    MUST(path_open(DIR, 0, S("sub"), O_DIRECTORY_, RIGHT_READ, 0, 0, &fd));
    MUST(fd_readdir(fd, buf, 64, 0, &used));
    MUST(fd_close(fd));
    MUST(path_open(DIR, 0, S("appended"), O_CREAT_, RIGHT_WRITE, 0, APPEND, &fd));
    MUST(fd_write(fd, &iov, 1, &n));
    MUST(fd_filestat_set_size(fd, 0));
    MUST(fd_close(fd));
    MUST(path_readlink(DIR, S("longlink"), buf, sizeof buf, &used));
    MUST(path_filestat_get(DIR, 0, S("link"), &stat));
    p1_path_open(DIR, 0, S("missing"), 0, RIGHT_READ, 0, 0, &fd);
    p1_path_open(DIR, SYMLINK_FOLLOW, S("loop"), 0, RIGHT_READ, 0, 0, &fd);
    p1_path_create_directory(DIR, S("sub"));
    MUST(random_get(buf, 64));
    prestat_t prestat;
    MUST(fd_prestat_get(DIR, &prestat));
    MUST(fd_prestat_dir_name(DIR, buf, prestat.name_len));
    uint32_t count, size;
    MUST(args_sizes_get(&count, &size));
    MUST(environ_sizes_get(&count, &size));
}

int main(void) {
    for (int i = 0; i < 10; i++) once();
    size_t pages = __builtin_wasm_memory_size(0);
    for (int i = 0; i < 3000; i++) once();
    say("grown by %d pages", (int)(__builtin_wasm_memory_size(0) - pages));
    return 0;
}
