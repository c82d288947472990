// Walks all preopens as a libc does at its start, and uses the first and the last.
#include "probe.h"

int main(void) {
    uint32_t fd = DIR;
    unsigned hash = 0;
    char name[256];
    prestat_t stat;
    int32_t result;
    while ((result = p1_fd_prestat_get(fd, &stat)) == 0) {
        MUST(fd_prestat_dir_name(fd, name, stat.name_len));
        hash = hash * 31 + fnv(name, stat.name_len);
        fd++;
    }
    say("%u preopens, then %s, names %x", fd - DIR, errno_name(result), hash);
    say("the last is %s", quoted(name, fd > DIR ? 9 : 0));
    filestat_t first, last;
    T(path_filestat_get(DIR, 0, S("hello.txt"), &first));
    T(path_filestat_get(fd - 1, 0, S("hello.txt"), &last));
    say("sizes %llu %llu", first.size, last.size);
    uint32_t opened;
    T(path_open(fd - 1, 0, S("hello.txt"), 0, RIGHT_READ, 0, 0, &opened));
    say("opened after the last %d", opened >= fd);
    return 0;
}
