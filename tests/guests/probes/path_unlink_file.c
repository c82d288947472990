// path_unlink_file: files, links, directories, paths of all sorts.
#include "probe.h"

int main(void) {
    EACH_FD(T(path_unlink_file(fd, S("missing"))));
    T(path_unlink_file(DIR, S("hello.txt")));
    T(path_unlink_file(DIR, S("hello.txt")));
    T(path_unlink_file(DIR, S("sub")));
    T(path_unlink_file(DIR, S("sub/")));
    T(path_unlink_file(DIR, S("emptydir")));
    T(path_unlink_file(DIR, S("empty/")));
    T(path_unlink_file(DIR, S("empty/x")));
    T(path_unlink_file(DIR, S("link")));
    T(path_unlink_file(DIR, S("dirlink/")));
    T(path_unlink_file(DIR, S("dirlink")));
    T(path_unlink_file(DIR, S("dangling")));
    T(path_unlink_file(DIR, S("loop")));
    T(path_unlink_file(DIR, S("escape")));
    T(path_unlink_file(DIR, S("")));
    T(path_unlink_file(DIR, S(".")));
    T(path_unlink_file(DIR, S("..")));
    T(path_unlink_file(DIR, S("../x")));
    T(path_unlink_file(DIR, S("/empty")));
    T(path_unlink_file(DIR, S("sub/../empty")));
    T(path_unlink_file(DIR, S("nul\0inside")));
    static char longest[5000];
    memset(longest, 'n', sizeof longest);
    T(path_unlink_file(DIR, longest, 256));
    T(path_unlink_file(DIR, longest, 5000));
    // Last, because the official adapter traps.
    T(path_unlink_file(DIR, S("bad\xff")));
    return 0;
}
