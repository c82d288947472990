// New descriptors get the lowest free number, as POSIX requires.
#include "probe.h"

int main(void) {
    uint32_t a = open_file("hello.txt", 0, READ_ONLY, 0), b = open_file("hello.txt", 0, READ_ONLY, 0);
    uint32_t c = open_dir("sub"), d = open_file("hello.txt", 0, READ_ONLY, 0);
    say("opened %u %u %u %u", a, b, c, d);
    MUST(fd_close(a));
    MUST(fd_close(c));
    a = open_file("hello.txt", 0, READ_ONLY, 0);
    say("lowest first %u", a);
    c = open_file("hello.txt", 0, READ_ONLY, 0);
    say("then the next %u", c);
    say("then beyond %u", open_file("hello.txt", 0, READ_ONLY, 0));
    MUST(fd_close(0));
    say("a closed stdin's %u", open_file("hello.txt", 0, READ_ONLY, 0));
    MUST(fd_renumber(b, a));
    say("what renumbering freed %u", open_file("hello.txt", 0, READ_ONLY, 0));
    uint32_t opened = 12345;
    T(path_open(DIR, 0, S("missing"), 0, RIGHT_READ, 0, 0, &opened));
    say("untouched by a failure %u", opened);
    say("and none lost by it %u", open_file("hello.txt", 0, READ_ONLY, 0));
    return 0;
}
