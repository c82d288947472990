// path_symlink: what may be a target, where a link may be made, what stands behind it.
#include "probe.h"

int main(void) {
    EACH_FD(T(path_symlink(S("hello.txt"), fd, S("made"))); p1_path_unlink_file(fd, S("made")));
    T(path_symlink(S("hello.txt"), DIR, S("new")));
    show_file("new");
    T(path_symlink(S("hello.txt"), DIR, S("new")));
    T(path_symlink(S("sub/../hello.txt"), DIR, S("by-dots")));
    show_file("by-dots");
    T(path_symlink(S("../hello.txt"), DIR, S("sub/up")));
    show_file("sub/up");
    T(path_symlink(S("not-there"), DIR, S("new-dangling")));
    T(path_symlink(S("../outside"), DIR, S("new-escape")));
    T(path_symlink(S("/etc/passwd"), DIR, S("new-absolute")));
    T(path_symlink(S(""), DIR, S("new-empty")));
    T(path_symlink(S("x"), DIR, S("")));
    T(path_symlink(S("x"), DIR, S(".")));
    T(path_symlink(S("x"), DIR, S("..")));
    T(path_symlink(S("x"), DIR, S("../y")));
    T(path_symlink(S("x"), DIR, S("/y")));
    T(path_symlink(S("x"), DIR, S("hello.txt")));
    T(path_symlink(S("x"), DIR, S("sub")));
    T(path_symlink(S("x"), DIR, S("missing/y")));
    T(path_symlink(S("x"), DIR, S("hello.txt/y")));
    T(path_symlink(S("x"), DIR, S("trailing/")));
    T(path_symlink(S("nul\0inside"), DIR, S("y")));
    T(path_symlink(S("x"), DIR, S("nul\0inside")));
    static char target[5000];
    memset(target, 't', sizeof target);
    T(path_symlink(target, 4095, DIR, S("longest")));
    T(path_symlink(target, 4096, DIR, S("too-long")));
    T(path_symlink(target, 5000, DIR, S("too-long")));
    uint32_t fd;
    T(path_open(DIR, SYMLINK_FOLLOW, S("new-escape"), 0, RIGHT_READ, 0, 0, &fd));
    T(path_open(DIR, SYMLINK_FOLLOW, S("new-dangling"), 0, RIGHT_READ, 0, 0, &fd));
    T(path_open(DIR, 0, S("new"), 0, RIGHT_READ, 0, 0, &fd));
    T(path_open(DIR, SYMLINK_FOLLOW, S("new-dangling"), O_CREAT_, RIGHT_WRITE, 0, 0, &fd));
    // Last, because the official adapter traps.
    T(path_symlink(S("bad\xff"), DIR, S("y")));
    T(path_symlink(S("x"), DIR, S("bad\xff")));
    return 0;
}
