// A NONBLOCK file takes two megabytes in one write and gives them in one read.
#include "probe.h"

static uint8_t bytes[2 << 20], back[2 << 20];

int main(void) {
    for (uint32_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 31 + (i >> 12));
    uint32_t fd = open_file("scratch", O_CREAT_, READ_WRITE, NONBLOCK), n = 0;
    iovec_t out = {bytes, sizeof bytes}, in = {back, sizeof back};
    uint64_t at;
    T(fd_write(fd, &out, 1, &n));
    say("n %u", n);
    T(fd_seek(fd, 0, SET, &at));
    T(fd_read(fd, &in, 1, &n));
    say("n %u same %d", n, memcmp(bytes, back, sizeof bytes) == 0);
    uint32_t appending = open_file("appended", O_CREAT_, WRITE_ONLY, NONBLOCK | APPEND);
    T(fd_write(appending, &out, 1, &n));
    say("n %u", n);
    T(fd_pwrite(fd, &out, 1, 1, &n));
    say("n %u", n);
    T(fd_pread(fd, &in, 1, 1, &n));
    say("n %u same %d", n, memcmp(bytes, back, sizeof bytes) == 0);
    return 0;
}
