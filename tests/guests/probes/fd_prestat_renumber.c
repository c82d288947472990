//! dirs: ["/", "second=sub", "third=sub/deep"]
// A preopen keeps its name when it is renumbered, and loses it when another takes its number.
#include "probe.h"

static void show(uint32_t fd) {
    prestat_t stat = {9, 9};
    char name[16];
    memset(name, '#', sizeof name);
    if (T(fd_prestat_get(fd, &stat)) != 0) return;
    T(fd_prestat_dir_name(fd, name, stat.name_len));
    say("length %u %s", stat.name_len, quoted(name, 8));
}

int main(void) {
    T(fd_renumber(5, 4));
    say("three, four, five");
    show(3);
    show(4);
    show(5);
    uint32_t file = open_file("hello.txt", 0, READ_ONLY, 0);
    T(fd_renumber(4, file));
    show(4);
    probe_where = "onto a file";
    show(file);
    probe_where = "";
    T(fd_renumber(3, file));
    filestat_t stat;
    T(path_filestat_get(file, 0, S("hello.txt"), &stat));
    say("size %llu", stat.size);
    return 0;
}
