// Opens as many files as its argument says, or until it is refused; then closes and reopens some.
#include "probe.h"

int main(int argc, char **argv) {
    uint32_t wanted = argc > 1 ? (uint32_t)atoi(argv[1]) : 0, count = 0, fd = 0, n = 0;
    int32_t result = 0;
    static uint32_t fds[5000];
    while (count < wanted) {
        result = p1_path_open(DIR, 0, S("hello.txt"), 0, RIGHT_READ, 0, 0, &fd);
        if (result != 0) break;
        fds[count++] = fd;
    }
    say("opened %u of %u, %s", count, wanted, errno_name(result));
    say("the highest number %u", fds[count - 1]);
    // Each has a cursor of its own.
    unsigned hash = 0;
    for (uint32_t i = 0; i < count; i++) {
        char bytes[16];
        iovec_t iov = {bytes, 1 + i % 12};
        MUST(fd_read(fds[i], &iov, 1, &n));
        MUST(fd_read(fds[i], &iov, 1, &n));
        hash = hash * 31 + fnv(bytes, n);
    }
    say("read from each %x", hash);
    for (uint32_t i = 0; i < count; i += 3) MUST(fd_close(fds[i]));
    uint32_t reopened = 0;
    for (uint32_t i = 0; i < count; i += 3) {
        MUST(path_open(DIR, 0, S("data.bin"), 0, RIGHT_READ, 0, 0, &fds[i]));
        reopened++;
    }
    say("reopened %u", reopened);
    for (uint32_t i = 0; i < count; i++) MUST(fd_close(fds[i]));
    say("closed all");
    return 0;
}
