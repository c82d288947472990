// Writes to stdout, whose reader is gone, until it fails; says so on stderr.
#include "probe.h"

int main(void) {
    static char bytes[4096];
    iovec_t iov = {bytes, sizeof bytes};
    uint32_t n;
    int32_t result = 0;
    for (int i = 0; i < 1000 && result == 0; i++) result = p1_fd_write(1, &iov, 1, &n);
    probe_out = 2;
    say("%s", errno_name(result));
    T(fd_write(1, &iov, 1, &n));
    return 4;
}
