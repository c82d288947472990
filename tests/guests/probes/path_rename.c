//! dirs: ["/", "second=sub"]
// path_rename: over files and directories, across preopens, itself, links, paths of all sorts.
#include "probe.h"

int main(void) {
    EACH_FD(T(path_rename(fd, S("inner.txt"), fd, S("inner2.txt"))); p1_path_rename(fd, S("inner2.txt"), fd, S("inner.txt")));
    EACH_FD(T(path_rename(DIR, S("missing"), fd, S("x"))));
    EACH_FD(T(path_rename(fd, S("missing"), DIR, S("x"))));
    T(path_rename(DIR, S("hello.txt"), DIR, S("renamed.txt")));
    T(path_rename(DIR, S("hello.txt"), DIR, S("renamed.txt")));
    T(path_rename(DIR, S("renamed.txt"), DIR, S("empty")));
    show_file("empty");
    T(path_rename(DIR, S("empty"), DIR, S("empty")));
    T(path_rename(DIR, S("empty"), 4, S("moved")));
    show_file("sub/moved");
    T(path_rename(4, S("moved"), DIR, S("hello.txt")));
    T(path_rename(DIR, S("hello.txt"), DIR, S("sub")));
    T(path_rename(DIR, S("sub"), DIR, S("hello.txt")));
    T(path_rename(DIR, S("emptydir"), DIR, S("sub")));
    T(path_rename(DIR, S("sub/deep"), DIR, S("emptydir")));
    T(path_rename(DIR, S("emptydir"), DIR, S("emptydir/inside")));
    T(path_rename(DIR, S("emptydir/"), DIR, S("trailing/")));
    T(path_rename(DIR, S("hello.txt/"), DIR, S("x")));
    T(path_rename(DIR, S("data.bin"), DIR, S("x/")));
    T(path_rename(DIR, S("hello.txt"), DIR, S("missing/x")));
    T(path_rename(DIR, S("hello.txt"), DIR, S("data.bin/x")));
    T(path_rename(DIR, S(""), DIR, S("x")));
    T(path_rename(DIR, S("hello.txt"), DIR, S("")));
    T(path_rename(DIR, S("."), DIR, S("x")));
    T(path_rename(DIR, S("hello.txt"), DIR, S(".")));
    T(path_rename(DIR, S("hello.txt"), DIR, S("..")));
    T(path_rename(DIR, S("hello.txt"), DIR, S("../x")));
    T(path_rename(DIR, S("../x"), DIR, S("y")));
    T(path_rename(DIR, S("/hello.txt"), DIR, S("y")));
    T(path_rename(DIR, S("hello.txt"), DIR, S("/y")));
    T(path_rename(DIR, S("link"), DIR, S("link2")));
    T(path_rename(DIR, S("data.bin"), DIR, S("dangling")));
    T(path_rename(DIR, S("dirlink"), DIR, S("dirlink2")));
    T(path_rename(DIR, S("loop"), DIR, S("loop2")));
    // An open file keeps its content under its new name.
    uint32_t fd = open_file("sub/b", 0, READ_WRITE, APPEND);
    T(path_rename(DIR, S("sub/b"), DIR, S("last")));
    put(fd, "after the rename");
    show_file("last");
    // Last, because the official adapter traps.
    T(path_rename(DIR, S("bad\xff"), DIR, S("y")));
    T(path_rename(DIR, S("hello.txt"), DIR, S("bad\xff")));
    return 0;
}
