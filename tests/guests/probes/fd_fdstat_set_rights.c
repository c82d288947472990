// fd_fdstat_set_rights: of the hosts only Node still lets rights change.
#include "probe.h"

int main(void) {
    EACH_FD(T(fd_fdstat_set_rights(fd, 0, 0)));
    EACH_FD(T(fd_fdstat_set_rights(fd, RIGHT_READ, RIGHT_READ)));
    uint32_t fd = open_file("hello.txt", 0, READ_ONLY, 0);
    T(fd_fdstat_set_rights(fd, RIGHTS_ALL, RIGHTS_ALL));
    return 0;
}
