// fd_filestat_set_times: exact values, now, one of the two, contradictory flags, every kind of descriptor.
#include "probe.h"

#define STAMP 1234567890123456789ull

static void show(uint32_t fd) {
    filestat_t stat;
    MUST(fd_filestat_get(fd, &stat));
    // A time set to now is only told from one that was set to a stamp.
    if (stat.atim > STAMP + 100000000000000ull) say("  atim recent");
    else say("  atim %llu", stat.atim);
    if (stat.mtim > STAMP + 100000000000000ull) say("  mtim recent");
    else say("  mtim %llu", stat.mtim);
}

int main(void) {
    for (int stdio = 3; stdio < 10; stdio++) {
        const named_fd_t *kinds = each_kind();
        uint32_t fd = kinds[stdio].fd;
        probe_where = kinds[stdio].name;
        T(fd_filestat_set_times(fd, STAMP, STAMP + 1, ATIM | MTIM));
        if (stdio < 9) show(fd);
        close_kinds(kinds);
    }
    probe_where = "";
    T(fd_filestat_set_times(NOFD, 0, 0, 0));
    T(fd_filestat_set_times(NOFD, 0, 0, ATIM | ATIM_NOW));
    uint32_t fd = open_file("scratch", O_CREAT_, READ_WRITE, 0);
    T(fd_filestat_set_times(fd, STAMP, STAMP + 1, ATIM | MTIM));
    show(fd);
    T(fd_filestat_set_times(fd, STAMP + 2, STAMP + 3, 0));
    show(fd);
    T(fd_filestat_set_times(fd, STAMP + 4, STAMP + 5, ATIM));
    show(fd);
    T(fd_filestat_set_times(fd, STAMP + 6, STAMP + 7, MTIM));
    show(fd);
    T(fd_filestat_set_times(fd, 0, 0, ATIM | ATIM_NOW));
    T(fd_filestat_set_times(fd, 0, 0, MTIM | MTIM_NOW));
    T(fd_filestat_set_times(fd, 0, 0, 15));
    show(fd);
    T(fd_filestat_set_times(fd, 0, STAMP + 8, ATIM_NOW | MTIM));
    show(fd);
    T(fd_filestat_set_times(fd, STAMP + 9, 0, ATIM | MTIM_NOW));
    show(fd);
    T(fd_filestat_set_times(fd, 0, 0, ATIM | MTIM));
    show(fd);
    T(fd_filestat_set_times(fd, 999999999, 1000000000, ATIM | MTIM));
    show(fd);
    return 0;
}
