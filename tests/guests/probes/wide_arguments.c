// Enumerations and flags wider than their type: what the host makes of bits that the type cannot hold.
#include "probe.h"

int main(void) {
    uint32_t fd = open_file("hello.txt", 0, READ_ONLY, 0), n;
    uint64_t at;
    filestat_t stat;
    T(fd_seek(fd, 0, 0x100, &at));
    T(fd_fdstat_set_flags(fd, 0x10000));
    T(path_open(DIR, 0, S("hello.txt"), 0x10000, RIGHT_READ, 0, 0, &n));
    T(path_open(DIR, 0, S("hello.txt"), 0, RIGHT_READ, 0, 0x10000, &n));
    T(path_filestat_get(DIR, 0x10000, S("hello.txt"), &stat));
    T(fd_filestat_set_times(fd, 0, 0, 0x10000));
    T(fd_advise(fd, 0, 0, 0x100));
    T(sock_shutdown(fd, 0x100));
    return 0;
}
