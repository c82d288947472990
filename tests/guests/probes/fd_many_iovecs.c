// More buffers than a system call takes at once: what one call leaves is left to the next, nothing is lost.
#include "probe.h"

enum { COUNT_ = 5000 };
static iovec_t iovs[COUNT_];
static char bytes[COUNT_ * 3], back[COUNT_ * 3];

int main(void) {
    uint32_t fd = open_file("scratch", O_CREAT_, READ_WRITE, 0), n = 0, total = 0;
    for (uint32_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)('a' + i % 26);
    for (uint32_t i = 0; i < COUNT_; i++) iovs[i] = (iovec_t){bytes + i * 3, i % 5 == 0 ? 0 : 3};
    uint32_t expected = COUNT_ / 5 * 4 * 3;
    MUST(fd_write(fd, iovs, COUNT_, &n));
    say("some %d, at most all %d", n > 0, n <= expected);
    filestat_t stat;
    MUST(fd_filestat_get(fd, &stat));
    say("as many as it says %d", stat.size == n);
    MUST(fd_filestat_set_size(fd, 0));
    for (total = 0; total < sizeof bytes; total += n) {
        iovec_t rest = {bytes + total, sizeof bytes - total};
        MUST(fd_pwrite(fd, &rest, 1, total, &n));
    }
    for (uint32_t i = 0; i < COUNT_; i++) iovs[i] = (iovec_t){back + i * 3, 3};
    MUST(fd_pread(fd, iovs, COUNT_, 0, &n));
    say("some %d, right %d", n > 0, memcmp(bytes, back, n) == 0);
    return 0;
}
