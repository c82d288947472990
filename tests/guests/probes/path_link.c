// path_link: files, directories, links, over what exists, across two preopens.
//! dirs: ["/", "second=sub"]
#include "probe.h"

int main(void) {
    EACH_FD(T(path_link(fd, 0, S("inner.txt"), DIR, S("linked"))); p1_path_unlink_file(DIR, S("linked")));
    EACH_FD(T(path_link(DIR, 0, S("hello.txt"), fd, S("linked"))); p1_path_unlink_file(fd, S("linked")));
    T(path_link(DIR, 0, S("hello.txt"), DIR, S("hard")));
    put(open_file("hard", 0, WRITE_ONLY, APPEND), "through the hard link\n");
    show_file("hello.txt");
    T(path_link(DIR, 0, S("hello.txt"), DIR, S("hard")));
    T(path_link(DIR, 0, S("hello.txt"), DIR, S("hello.txt")));
    T(path_link(DIR, 0, S("hello.txt"), 4, S("across")));
    T(path_link(4, 0, S("deep/leaf.txt"), DIR, S("leaf")));
    T(path_link(DIR, 0, S("sub"), DIR, S("dirhard")));
    T(path_link(DIR, 0, S("missing"), DIR, S("x")));
    T(path_link(DIR, 0, S("hello.txt"), DIR, S("missing/x")));
    T(path_link(DIR, 0, S("hello.txt"), DIR, S("hello.txt/x")));
    T(path_link(DIR, 0, S("hello.txt/"), DIR, S("x")));
    T(path_link(DIR, 0, S("hello.txt"), DIR, S("x/")));
    T(path_link(DIR, 0, S(""), DIR, S("x")));
    T(path_link(DIR, 0, S("hello.txt"), DIR, S("")));
    T(path_link(DIR, 0, S("../x"), DIR, S("x")));
    T(path_link(DIR, 0, S("hello.txt"), DIR, S("../x")));
    T(path_link(DIR, 0, S("/hello.txt"), DIR, S("x")));
    T(path_link(DIR, 0, S("link"), DIR, S("second-link")));
    T(path_link(DIR, 0, S("dangling"), DIR, S("second-dangling")));
    T(path_link(DIR, SYMLINK_FOLLOW, S("hello.txt"), DIR, S("followed")));
    T(path_link(DIR, SYMLINK_FOLLOW, S("link"), DIR, S("followed2")));
    T(path_link(DIR, 0, S("hello.txt"), DIR, S("dangling")));
    // Last, because the official adapter traps.
    T(path_link(DIR, 0, S("bad\xff"), DIR, S("x")));
    T(path_link(DIR, 0, S("hello.txt"), DIR, S("bad\xff")));
    return 0;
}
