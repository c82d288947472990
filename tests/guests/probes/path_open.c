// path_open: every combination of its flags on every sort of path.
#include "probe.h"

static void try_open(uint32_t lookup, const char *path, uint32_t oflags, uint64_t rights, uint32_t fdflags) {
    uint32_t fd = 12345;
    int32_t result = p1_path_open(DIR, lookup, path, (uint32_t)strlen(path), oflags, rights, RIGHTS_BELOW, fdflags, &fd);
    const char *outcome = errno_name(result);
    fdstat_t stat;
    memset(&stat, 0, sizeof stat);
    if (result == 0) {
        if (p1_fd_fdstat_get(fd, &stat) != 0) outcome = "opened but no fdstat";
        p1_fd_close(fd);
    }
    say("%s%s%s%s%s%s%s%s fdflags %u = %s %s %u", quoted(path, strlen(path)), lookup ? " follow" : "",
        oflags & O_CREAT_ ? " creat" : "", oflags & O_DIRECTORY_ ? " directory" : "", oflags & O_EXCL_ ? " excl" : "",
        oflags & O_TRUNC_ ? " trunc" : "", rights & RIGHT_READ ? " read" : "", rights & RIGHT_WRITE ? " write" : "",
        fdflags, outcome, result == 0 ? type_name(stat.filetype) : "", stat.flags);
    if (result != 0 && fd != 12345) say("  but a number was written");
}

static const char *const paths[] = {
    "hello.txt", "empty", "sub", "emptydir/", "link", "dirlink", "dangling", "loop", "missing", "missing/x", "hello.txt/", "hello.txt/x",
    "newdir/", "escape", "absolute", "..", ".", "", "/", "/hello.txt", "../hello.txt", "sub/../hello.txt", "sub/../../x", "dirlink/",
};

static void try_all(const char *path) {
    for (uint32_t oflags = 0; oflags < 16; oflags++)
        for (uint32_t follow = 0; follow < 2; follow++) {
            // Files made by an earlier combination are removed, so that each begins alike.
            try_open(follow, path, oflags, RIGHT_READ, 0);
            p1_path_unlink_file(DIR, S("missing"));
            p1_path_unlink_file(DIR, S("nowhere"));
            try_open(follow, path, oflags, RIGHT_READ | RIGHT_WRITE, 0);
            p1_path_unlink_file(DIR, S("missing"));
            p1_path_unlink_file(DIR, S("nowhere"));
        }
}

int main(void) {
    uint32_t opened;
    EACH_FD(if (T(path_open(fd, 0, S("inner.txt"), 0, RIGHT_READ, 0, 0, &opened)) == 0) p1_fd_close(opened));
    for (uint32_t path = 0; path < COUNT(paths); path++) try_all(paths[path]);
    try_all("bad\xff"); // Last, because the official adapter traps.
    return 0;
}
