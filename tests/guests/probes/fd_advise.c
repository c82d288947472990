// fd_advise: every kind of descriptor, every advice, odd ranges.
#include "probe.h"

int main(void) {
    EACH_FD(T(fd_advise(fd, 0, 10, 0)));
    uint32_t fd = open_file("data.bin", 0, READ_WRITE, 0);
    T(fd_advise(fd, 0, 0, 0));
    T(fd_advise(fd, 0, 0, 1));
    T(fd_advise(fd, 0, 0, 2));
    T(fd_advise(fd, 0, 0, 3));
    T(fd_advise(fd, 0, 0, 4));
    T(fd_advise(fd, 0, 0, 5));
    T(fd_advise(fd, 1000000, 1000000, 0));
    T(fd_advise(fd, INT64_MAX, 1, 0));
    return 0;
}
