// Both snapshots in one program: what one opens and moves, the other sees.
#include "probe.h"

#define UNSTABLE(name, ...) \
    __attribute__((import_module("wasi_unstable"), import_name(#name))) int32_t unstable_##name(__VA_ARGS__)

UNSTABLE(fd_close, uint32_t fd);
UNSTABLE(fd_filestat_get, uint32_t fd, void *out);
UNSTABLE(fd_read, uint32_t fd, const void *iovs, uint32_t count, void *nread);
UNSTABLE(fd_seek, uint32_t fd, int64_t offset, uint32_t whence, void *position);
UNSTABLE(path_filestat_get, uint32_t fd, uint32_t lookup, const void *path, uint32_t len, void *out);
UNSTABLE(path_open, uint32_t fd, uint32_t lookup, const void *path, uint32_t len, uint32_t oflags, uint64_t rights,
         uint64_t inheriting, uint32_t fdflags, void *out);
UNSTABLE(poll_oneoff, const void *subscriptions, void *events, uint32_t count, void *nevents);

typedef struct {
    uint64_t dev, ino;
    uint8_t filetype;
    uint32_t nlink;
    uint64_t size, atim, mtim, ctim;
} unstable_filestat_t;

typedef struct {
    uint64_t userdata;
    uint8_t tag;
    union {
        struct { uint64_t identifier; uint32_t id; uint64_t timeout, precision; uint16_t flags; } clock;
        struct { uint32_t fd; } fd;
    };
} unstable_subscription_t;

int main(void) {
    uint32_t fd = NOFD, n = 0;
    int32_t result = unstable_path_open(DIR, 0, S("hello.txt"), 0, RIGHT_READ, 0, 0, &fd);
    say("opened by one: %s", errno_name(result));
    uint64_t position = 0;
    for (uint32_t whence = 0; whence < 3; whence++) {
        MUST(fd_seek(fd, 3, SET, &position));
        result = unstable_fd_seek(fd, 1, whence, &position);
        say("whence %u of snapshot 0 = %s at %llu", whence, errno_name(result), position);
        MUST(fd_seek(fd, 3, SET, &position));
        result = p1_fd_seek(fd, 1, whence, &position);
        say("whence %u of preview1 = %s at %llu", whence, errno_name(result), position);
    }
    MUST(fd_seek(fd, 7, SET, &position));
    char bytes[4];
    iovec_t iov = {bytes, sizeof bytes};
    result = unstable_fd_read(fd, &iov, 1, &n);
    say("read %s", errno_name(result));
    MUST(fd_tell(fd, &position));
    say("%s, then at %llu", quoted(bytes, n), position);

    MUST(path_link(DIR, 0, S("hello.txt"), DIR, S("linked")));
    filestat_t stat;
    unstable_filestat_t old, by_path;
    T(fd_filestat_get(fd, &stat));
    say("by descriptor %s", errno_name(unstable_fd_filestat_get(fd, &old)));
    say("by path %s", errno_name(unstable_path_filestat_get(DIR, 0, S("linked"), &by_path)));
    say("nlink %llu %u %u, size %llu %llu %llu", stat.nlink, old.nlink, by_path.nlink, stat.size, old.size, by_path.size);
    say("the same file %d %d, times %d", stat.ino == old.ino, stat.ino == by_path.ino,
        stat.atim == old.atim && stat.mtim == old.mtim && stat.ctim == old.ctim);

    subscription_t subscription = {.userdata = 1, .tag = 0};
    subscription.clock.id = MONOTONIC;
    subscription.clock.timeout = 1000;
    event_t event;
    T(poll_oneoff(&subscription, &event, 1, &n));
    show_events(&event, n);
    unstable_subscription_t older = {.userdata = 2, .tag = 0};
    older.clock.identifier = 5;
    older.clock.id = MONOTONIC;
    older.clock.timeout = 1000;
    say("polled %s", errno_name(unstable_poll_oneoff(&older, &event, 1, &n)));
    show_events(&event, n);

    say("closed by one: %s", errno_name(unstable_fd_close(fd)));
    T(fd_tell(fd, &position));
    return 0;
}
