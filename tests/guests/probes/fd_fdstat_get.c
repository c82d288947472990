// fd_fdstat_get: type, flags and the two rights that a preview1 host reports.
#include "probe.h"

static void show(uint32_t fd) {
    fdstat_t stat;
    memset(&stat, 0xee, sizeof stat);
    if (T(fd_fdstat_get(fd, &stat)) == 0)
        say("  type %s flags %u rights %llx inheriting %llx", type_name(stat.filetype), stat.flags,
            (unsigned long long)stat.rights_base, (unsigned long long)stat.rights_inheriting);
    else
        say("  untouched %d", stat.filetype == 0xee && stat.flags == 0xeeee);
}

int main(void) {
    EACH_FD(show(fd));
    show(open_file("scratch", O_CREAT_, WRITE_ONLY, APPEND));
    show(open_file("scratch", 0, READ_WRITE, NONBLOCK));
    show(open_file("scratch", 0, READ_WRITE, APPEND | NONBLOCK));
    uint32_t fd;
    MUST(path_open(DIR, 0, S("hello.txt"), 0, 0, 0, 0, &fd));
    say("no rights asked for");
    show(fd);
    MUST(path_open(DIR, 0, S("hello.txt"), 0, RIGHT_READ, 0, 0, &fd));
    say("only read asked for");
    show(fd);
    MUST(path_open(DIR, 0, S("sub"), 0, RIGHT_READ, 0, 0, &fd));
    say("a directory without O_DIRECTORY");
    show(fd);
    return 0;
}
