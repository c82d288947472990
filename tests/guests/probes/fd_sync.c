// fd_sync and fd_datasync on each kind of descriptor.
#include "probe.h"

int main(void) {
    EACH_FD(T(fd_sync(fd)); T(fd_datasync(fd)));
    uint32_t fd = open_file("scratch", O_CREAT_, READ_WRITE, 0);
    put(fd, "synced");
    T(fd_sync(fd));
    T(fd_datasync(fd));
    show_file("scratch");
    return 0;
}
