//! stdin: "seventeen letters"
// Reads and writes of several buffers at once, of which wasmtime's preview1 host serves one.
#include "probe.h"

int main(void) {
    char bytes[64];
    uint32_t n = 7;
    for (int i = 0; i < 5; i++) {
        memset(bytes, '#', sizeof bytes);
        iovec_t iovs[4] = {{bytes, 2}, {bytes + 10, 0}, {bytes + 20, 3}, {bytes + 30, 1}};
        T(fd_read(0, iovs, 4, &n));
        say("%u: %s", n, quoted(bytes, 34));
        T(fd_write(2, iovs, 4, &n));
        say("%u", n);
    }
    return 0;
}
