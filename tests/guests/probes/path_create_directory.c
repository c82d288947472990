// path_create_directory and path_remove_directory.
#include "probe.h"

int main(void) {
    EACH_FD(T(path_create_directory(fd, S("made"))); T(path_remove_directory(fd, S("made"))));
    T(path_create_directory(DIR, S("new")));
    T(path_create_directory(DIR, S("new")));
    T(path_create_directory(DIR, S("new/inner")));
    T(path_create_directory(DIR, S("missing/inner")));
    T(path_create_directory(DIR, S("trailing/")));
    T(path_create_directory(DIR, S("hello.txt")));
    T(path_create_directory(DIR, S("hello.txt/x")));
    T(path_create_directory(DIR, S("")));
    T(path_create_directory(DIR, S(".")));
    T(path_create_directory(DIR, S("/")));
    T(path_create_directory(DIR, S("/absolute")));
    T(path_create_directory(DIR, S("..")));
    T(path_create_directory(DIR, S("../outside")));
    T(path_create_directory(DIR, S("sub/../by-dots")));
    T(path_create_directory(DIR, S("dangling")));
    T(path_create_directory(DIR, S("dirlink/through")));
    T(path_create_directory(DIR, S("escape/x")));
    T(path_create_directory(DIR, S("nul\0inside")));
    T(path_create_directory(DIR, S("\xc3\xa4\xf0\x9f\x8e\x89")));
    static char longest[256];
    memset(longest, 'n', sizeof longest);
    T(path_create_directory(DIR, longest, 255));
    T(path_create_directory(DIR, longest, 256));
    T(path_remove_directory(DIR, S("new")));
    T(path_remove_directory(DIR, S("new/inner")));
    T(path_remove_directory(DIR, S("new")));
    T(path_remove_directory(DIR, S("new")));
    T(path_remove_directory(DIR, S("trailing/")));
    T(path_remove_directory(DIR, S("hello.txt")));
    T(path_remove_directory(DIR, S("sub")));
    T(path_remove_directory(DIR, S("")));
    T(path_remove_directory(DIR, S(".")));
    T(path_remove_directory(DIR, S("..")));
    T(path_remove_directory(DIR, S("/")));
    T(path_remove_directory(DIR, S("dirlink")));
    T(path_remove_directory(DIR, S("dangling")));
    T(path_remove_directory(DIR, longest, 256));
    // A directory that is open can go.
    uint32_t open = open_dir("emptydir");
    T(path_remove_directory(DIR, S("emptydir")));
    filestat_t stat;
    T(path_filestat_get(open, 0, S("x"), &stat));
    T(path_create_directory(open, S("x")));
    // Last, because the official adapter traps.
    T(path_create_directory(DIR, S("bad\xff\xfe")));
    T(path_remove_directory(DIR, S("bad\xff\xfe")));
    return 0;
}
