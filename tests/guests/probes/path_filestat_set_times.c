// path_filestat_set_times: files, directories, links themselves and through them, contradictory flags.
#include "probe.h"

#define STAMP 1234567890123456789ull

static void show(uint32_t lookup, const char *path) {
    filestat_t stat;
    if (p1_path_filestat_get(DIR, lookup, path, (uint32_t)strlen(path), &stat) != 0) return;
    if (stat.mtim > STAMP + 500000000000000000ull) say("  mtim recent");
    else say("  mtim %llu", stat.mtim);
}

int main(void) {
    EACH_FD(T(path_filestat_set_times(fd, 0, S("inner.txt"), STAMP, STAMP, ATIM | MTIM)));
    T(path_filestat_set_times(DIR, 0, S("hello.txt"), STAMP, STAMP + 1, ATIM | MTIM));
    show(0, "hello.txt");
    T(path_filestat_set_times(DIR, 0, S("hello.txt"), 0, 0, 0));
    show(0, "hello.txt");
    T(path_filestat_set_times(DIR, 0, S("hello.txt"), STAMP, STAMP + 2, ATIM));
    show(0, "hello.txt");
    T(path_filestat_set_times(DIR, 0, S("sub"), STAMP, STAMP + 3, MTIM));
    show(0, "sub");
    T(path_filestat_set_times(DIR, 0, S("link"), STAMP, STAMP + 4, MTIM));
    show(0, "link");
    show(0, "hello.txt");
    T(path_filestat_set_times(DIR, SYMLINK_FOLLOW, S("link"), STAMP, STAMP + 5, MTIM));
    show(0, "link");
    show(0, "hello.txt");
    T(path_filestat_set_times(DIR, 0, S("dangling"), STAMP, STAMP + 6, MTIM));
    show(0, "dangling");
    T(path_filestat_set_times(DIR, SYMLINK_FOLLOW, S("dangling"), STAMP, STAMP, MTIM));
    T(path_filestat_set_times(DIR, SYMLINK_FOLLOW, S("loop"), STAMP, STAMP, MTIM));
    T(path_filestat_set_times(DIR, 0, S("missing"), STAMP, STAMP, MTIM));
    T(path_filestat_set_times(DIR, 0, S("hello.txt/x"), STAMP, STAMP, MTIM));
    T(path_filestat_set_times(DIR, 0, S(""), STAMP, STAMP, MTIM));
    T(path_filestat_set_times(DIR, 0, S("../x"), STAMP, STAMP, MTIM));
    T(path_filestat_set_times(DIR, 0, S("hello.txt"), STAMP, STAMP, MTIM | MTIM_NOW));
    T(path_filestat_set_times(DIR, 0, S("hello.txt"), STAMP, STAMP, ATIM | ATIM_NOW));
    T(path_filestat_set_times(NOFD, 0, S("hello.txt"), STAMP, STAMP, ATIM | ATIM_NOW));
    show(0, "hello.txt");
    T(path_filestat_set_times(DIR, 0, S("."), STAMP, STAMP + 7, MTIM));
    show(0, ".");
    T(path_filestat_set_times(DIR, 0, S("hello.txt"), 0, 0, ATIM_NOW | MTIM_NOW));
    show(0, "hello.txt");
    // Last, because the official adapter traps.
    T(path_filestat_set_times(DIR, 0, S("bad\xff"), STAMP, STAMP, MTIM));
    return 0;
}
