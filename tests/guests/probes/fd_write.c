// fd_write: kinds of descriptors, lengths, several iovecs, gaps left by a seek beyond the end.
#include "probe.h"

static char bytes[200000];

static void write_some(uint32_t fd, const char *text) {
    iovec_t iov = {text, (uint32_t)strlen(text)};
    uint32_t n = 77;
    T(fd_write(fd, &iov, 1, &n));
    say("  n %u", n);
}

int main(void) {
    EACH_FD(write_some(fd, "some text\n"));
    EACH_FD(write_some(fd, ""));
    uint32_t n = 77;
    EACH_FD(T(fd_write(fd, NULL, 0, &n)));
    say("n %u", n);
    show_file("scratch-a");

    uint32_t fd = open_file("scratch", O_CREAT_, READ_WRITE, 0);
    iovec_t gaps[] = {{"a", 1}, {NULL, 0}, {"bc", 2}, {"", 0}, {"def", 3}, {"g", 1}};
    T(fd_write(fd, gaps, 6, &n));
    say("n %u", n);
    show_file("scratch");
    T(fd_write(fd, gaps, 0, &n));
    say("n %u", n);
    T(fd_write(1, (iovec_t[]){{"on ", 3}, {"", 0}, {"stdout", 6}, {"\n", 1}}, 4, &n));
    say("n %u", n);
    T(fd_write(2, (iovec_t[]){{"on ", 3}, {"", 0}, {"stderr", 6}, {"\n", 1}}, 4, &n));
    say("n %u", n);
    static iovec_t many[1024];
    for (uint32_t i = 0; i < COUNT(many); i++) many[i] = (iovec_t){&"0123456789"[i % 10], 1};
    T(fd_write(fd, many, 1000, &n));
    say("n %u", n);
    T(fd_write(fd, many, 1024, &n));
    say("n %u", n);
    uint64_t at;
    T(fd_tell(fd, &at));
    say("at %llu", at);
    T(fd_seek(fd, 10, END, &at));
    write_some(fd, "after the gap");
    for (uint32_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)(i * 7);
    uint32_t big = open_file("big", O_CREAT_, WRITE_ONLY, 0);
    iovec_t halves[] = {{bytes, 100000}, {bytes + 100000, 100000}};
    uint32_t total = 0;
    while (total < 200000) {
        iovec_t rest = {bytes + total, 200000 - total};
        MUST(fd_write(big, &rest, 1, &n));
        total += n;
    }
    say("total %u", total);
    MUST(fd_write(big, halves, 2, &n));
    say("n %u", n);
    return 0;
}
