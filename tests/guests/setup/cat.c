// Copies stdin to stdout in pieces of odd sizes.
#include "probe.h"

static char bytes[70000];

int main(void) {
    uint32_t size = 1, n = 0, total = 0;
    for (;;) {
        iovec_t iov = {bytes, size};
        MUST(fd_read(0, &iov, 1, &n));
        if (n == 0) break;
        for (uint32_t written = 0, w; written < n; written += w) {
            iovec_t rest = {bytes + written, n - written};
            MUST(fd_write(1, &rest, 1, &w));
        }
        total += n;
        size = size * 3 % sizeof bytes + 1;
    }
    probe_out = 2;
    say("%u bytes", total);
    return 0;
}
