// fd_close: each kind once and once more; stdio too.
#include "probe.h"

int main(void) {
    const named_fd_t *kinds = each_kind();
    probe_out = 2;
    for (const named_fd_t *kind = kinds; kind->name; kind++) {
        uint32_t fd = kind->fd;
        if (fd == probe_out) continue;
        probe_where = kind->name;
        T(fd_close(fd));
        T(fd_close(fd));
        fdstat_t stat;
        T(fd_fdstat_get(fd, &stat));
    }
    probe_where = "";
    // With its preopen closed, nothing can be opened any more.
    uint32_t opened;
    T(path_open(DIR, 0, S("hello.txt"), 0, RIGHT_READ, 0, 0, &opened));
    return 0;
}
