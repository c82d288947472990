// Two descriptors in append mode and one without: each append lands at the end as it is then.
#include "probe.h"

int main(void) {
    uint32_t a = open_file("scratch", O_CREAT_, READ_WRITE, APPEND), b = open_file("scratch", 0, WRITE_ONLY, APPEND);
    uint32_t plain = open_file("scratch", 0, READ_WRITE, 0), n;
    uint64_t at;
    put(a, "a1 ");
    put(b, "b1 ");
    put(a, "a2 ");
    show_file("scratch");
    T(fd_filestat_set_size(plain, 2));
    put(b, "b2 ");
    show_file("scratch");
    put(plain, "P");
    put(a, "a3 ");
    show_file("scratch");
    iovec_t parts[] = {{"x", 1}, {"", 0}, {"yz", 2}};
    T(fd_write(a, parts, 3, &n));
    say("n %u", n);
    T(fd_tell(a, &at));
    say("at %llu", at);
    T(fd_tell(b, &at));
    say("at %llu", at);
    // Writing nothing does not take the cursor to the end.
    T(fd_seek(a, 1, SET, &at));
    T(fd_write(a, NULL, 0, &n));
    T(fd_write(a, &parts[1], 1, &n));
    say("n %u", n);
    T(fd_tell(a, &at));
    say("at %llu", at);
    show_file("scratch");
    return 0;
}
