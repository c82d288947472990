// fd_filestat_set_size: shrink, grow with zeros, huge, and every kind of descriptor.
#include "probe.h"

int main(void) {
    EACH_FD(T(fd_filestat_set_size(fd, 3)));
    uint32_t fd = open_file("scratch", O_CREAT_, READ_WRITE, 0);
    uint64_t at;
    put(fd, "0123456789");
    T(fd_filestat_set_size(fd, 4));
    T(fd_tell(fd, &at));
    say("at %llu", at);
    show_file("scratch");
    put(fd, "x");
    show_file("scratch");
    T(fd_filestat_set_size(fd, 0));
    show_file("scratch");
    T(fd_filestat_set_size(fd, 5));
    show_file("scratch");
    T(fd_filestat_set_size(fd, 1ull << 40));
    T(fd_filestat_set_size(fd, 1));
    T(fd_filestat_set_size(fd, INT64_MAX));
    T(fd_filestat_set_size(fd, 1ull << 63));
    T(fd_filestat_set_size(fd, UINT64_MAX));
    T(fd_filestat_set_size(fd, 2));
    show_file("scratch");
    return 0;
}
