// The pollable of a descriptor, for a libc that waits for descriptors of its own as well: 0 where there is nothing to wait for.
#include "probe.h"

enum { CLOCK, FD_READ, FD_WRITE };

static void subscribe(const char *what, uint32_t fd, uint32_t kind) {
    uint32_t pollable = 77;
    int32_t result = p1_adapter_subscribe(fd, kind, &pollable);
    say("%s: %s, %s", what, errno_name(result), result ? "none" : pollable ? "a pollable" : "always ready");
}

int main(void) {
    uint32_t reserved;
    subscribe("stdin, to read", 0, FD_READ);
    subscribe("stdout, to write", 1, FD_WRITE);
    subscribe("stderr, to write", 2, FD_WRITE);
    subscribe("stdin, to write", 0, FD_WRITE);
    subscribe("stdout, to read", 1, FD_READ);
    uint32_t file = open_file("hello.txt", 0, READ_ONLY, 0);
    subscribe("a file, to read", file, FD_READ);
    subscribe("a file, to write", file, FD_WRITE);
    subscribe("a directory", DIR, FD_READ);
    subscribe("a clock", 0, CLOCK);
    subscribe("nothing there is", 0, 3);
    subscribe("a closed number", 99, FD_READ);
    T(adapter_open_badfd(&reserved));
    subscribe("a reserved number", reserved, FD_READ);
    T(adapter_subscribe(0, FD_READ, (void *)0xfffffffeu));
    return 0;
}
