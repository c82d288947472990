// fd_filestat_get: what can be compared of it, for each kind of descriptor.
#include "probe.h"

static void show(uint32_t fd) {
    filestat_t stat;
    memset(&stat, 0xee, sizeof stat);
    if (T(fd_filestat_get(fd, &stat)) != 0) {
        say("  untouched %d", stat.filetype == 0xee && stat.size == 0xeeeeeeeeeeeeeeeeull);
        return;
    }
    say("  type %s", type_name(stat.filetype));
    if (stat.filetype != 3) say("  size %llu nlink %llu", stat.size, (uint64_t)stat.nlink);
    say("  times %d %d", stat.mtim != 0, stat.atim != 0);
    say("  identity %d", stat.ino != 0 && stat.dev != 0);
}

int main(void) {
    EACH_FD(show(fd));
    uint32_t fd = open_file("hello.txt", 0, READ_ONLY, 0), other = open_file("hello.txt", 0, READ_ONLY, 0);
    uint32_t data = open_file("data.bin", 0, READ_ONLY, 0);
    filestat_t a, b, c, by_path;
    MUST(fd_filestat_get(fd, &a));
    MUST(fd_filestat_get(other, &b));
    MUST(fd_filestat_get(data, &c));
    MUST(path_filestat_get(DIR, 0, S("hello.txt"), &by_path));
    say("mtim %llu", a.mtim);
    say("one file, one identity %d", a.dev == b.dev && a.ino == b.ino);
    say("the same by path %d", a.dev == by_path.dev && a.ino == by_path.ino);
    say("two files, two identities %d", a.dev == c.dev && a.ino != c.ino);
    put(open_file("hello.txt", 0, WRITE_ONLY, APPEND), "more");
    MUST(fd_filestat_get(fd, &a));
    say("size after an append elsewhere %llu", a.size);

    // Files as alike as can be, behind one number after the other.
    uint32_t one = open_file("one", O_CREAT_, READ_WRITE, 0), two = open_file("two", O_CREAT_, READ_WRITE, 0);
    MUST(fd_filestat_get(two, &b));
    MUST(fd_filestat_get(one, &a));
    MUST(fd_filestat_get(one, &c));
    say("asked twice, one identity %d", a.ino == c.ino && a.ino != b.ino);
    MUST(fd_close(one));
    one = open_file("two", 0, READ_ONLY, 0);
    MUST(fd_filestat_get(one, &c));
    say("opened after another %d", c.ino == b.ino);
    uint32_t again = open_file("one", 0, READ_ONLY, 0);
    MUST(fd_renumber(again, one));
    MUST(fd_filestat_get(one, &c));
    say("renumbered %d", c.ino == a.ino);
    return 0;
}
