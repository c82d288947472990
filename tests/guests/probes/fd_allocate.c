// fd_allocate: refused by preview1 hosts as by WASI 0.2; a descriptor that is no file is told apart first.
#include "probe.h"

int main(void) {
    EACH_FD(T(fd_allocate(fd, 0, 10)));
    uint32_t fd = open_file("scratch", O_CREAT_, READ_WRITE, 0);
    T(fd_allocate(fd, 0, 0));
    T(fd_allocate(fd, 10, 1));
    T(fd_allocate(fd, UINT64_MAX, UINT64_MAX));
    show_file("scratch");
    return 0;
}
