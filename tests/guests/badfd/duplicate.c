// A second number for a descriptor: one position, open until the last number is closed, whichever goes first.
#include "probe.h"

static const char *next(uint32_t fd) {
    static char text[8];
    size_t len = 0;
    memset(text, 0, sizeof text);
    iovec_t to = {text, 3};
    int32_t result = p1_fd_read(fd, &to, 1, &len);
    return result ? errno_name(result) : text;
}

int main(void) {
    uint32_t file = open_file("hello.txt", 0, READ_ONLY, 0), a, b, c, reserved;
    T(adapter_duplicate(file, 0, &a));
    T(adapter_duplicate(a, 20, &b));
    T(adapter_duplicate(file, 0, &c));
    say("numbers %u %u %u %u, free between them %u", file, a, b, c, open_file("hello.txt", 0, READ_ONLY, 0));
    say("one position: %s", next(file));
    say("one position: %s", next(a));
    say("one position: %s", next(b));
    T(fd_close(file));
    say("the first is closed: %s", next(file));
    say("the others are not: %s", next(c));
    uint64_t offset;
    T(fd_seek(a, 0, 0, &offset));
    T(fd_close(a));
    say("nor now: %s", next(b));
    T(adapter_duplicate(c, 0, &a));
    say("the lowest free again: %u", a);
    // Onto another number of the same, and onto the first one.
    T(fd_renumber(a, c));
    say("renumbered: %s", next(c));
    T(fd_renumber(c, b));
    say("renumbered: %s", next(b));
    T(fd_close(b));
    say("the last is closed: %s", next(b));
    // Of stdout too; without 1 nothing can be said.
    T(adapter_duplicate(1, 0, &a));
    say("stdout is %u too", a);
    int32_t results[4];
    iovec_t line = {"stdout was closed, but not this\n", 32};
    size_t written;
    results[0] = p1_fd_close(1);
    results[1] = p1_fd_write(a, &line, 1, &written);
    results[2] = p1_fd_write(1, &line, 1, &written);
    results[3] = p1_adapter_duplicate(a, 1, &b);
    for (int i = 0; i < 4; i++) say("%s", errno_name(results[i]));
    say("stdout is %u again", b);
    T(adapter_open_badfd(&reserved));
    T(adapter_duplicate(reserved, 30, &a));
    say("%u is reserved like %u", a, reserved);
    T(fd_close(a));
    T(adapter_close_badfd(reserved));
    T(fd_close(a));
    T(adapter_close_badfd(a));
    T(adapter_close_badfd(a));
    T(adapter_duplicate(999, 0, &a));
    T(adapter_duplicate(1, 0xffffffff, &a));
    T(adapter_duplicate(1, 0, (void *)0xfffffffeu));
    return 0;
}
