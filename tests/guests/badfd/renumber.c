// fd_renumber from a reserved number and onto one is BADF, and nothing has changed afterwards.
#include "probe.h"

int main(void) {
    char bytes[64];
    iovec_t iov = {bytes, 3};
    uint32_t fd = 0, n, other = open_file("hello.txt", 0, READ_ONLY, 0);
    T(adapter_open_badfd(&fd));
    T(fd_renumber(fd, 0));
    T(fd_renumber(fd, fd));
    T(fd_renumber(fd, other));
    T(fd_renumber(fd, NOFD));
    T(fd_renumber(other, fd));
    T(fd_renumber(NOFD, fd));
    T(fd_read(0, &iov, 1, &n));
    T(fd_read(other, &iov, 1, &n));
    say("%s", quoted(bytes, n));
    T(fd_read(fd, &iov, 1, &n));
    T(adapter_close_badfd(fd));
    T(adapter_close_badfd(fd));
    return 0;
}
