// A directory in which a name, and a link whose target, are not UTF-8.
#include "probe.h"

int main(void) {
    static uint8_t buf[4096];
    uint32_t dir = open_dir("sub"), used;
    T(path_readlink(dir, S("strange"), buf, sizeof buf, &used));
    T(fd_readdir(dir, buf, sizeof buf, 0, &used));
    // The others in it stay reachable.
    filestat_t stat;
    T(path_filestat_get(dir, 0, S("inner.txt"), &stat));
    T(path_filestat_get(dir, 0, S("strange"), &stat));
    T(path_unlink_file(dir, S("strange")));
    return 0;
}
