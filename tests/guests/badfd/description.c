// The numbers that have one open file, and their count.
#include "probe.h"

static uint32_t numbers_of(uint32_t fd, uint32_t *handle) {
    uint32_t numbers = 0;
    int32_t result = p1_adapter_description(fd, handle, &numbers);
    if (result) say("%u: %s", fd, errno_name(result));
    return numbers;
}

int main(void) {
    uint32_t file = open_file("hello.txt", 0, READ_ONLY, 0), other = open_file("hello.txt", 0, READ_ONLY, 0);
    uint32_t handle, same, another, copy, reserved;
    say("alone: %u", numbers_of(file, &handle));
    T(adapter_duplicate(file, 0, &copy));
    say("two: %u %u", numbers_of(file, &handle), numbers_of(copy, &same));
    say("one file: %d", handle == same);
    say("another: %u", numbers_of(other, &another));
    say("one file: %d", handle == another);
    T(fd_close(file));
    say("alone again: %u", numbers_of(copy, &same));
    say("one file: %d", handle == same);
    T(fd_renumber(copy, other));
    say("renumbered: %u", numbers_of(other, &same));
    say("one file: %d", handle == same);
    say("a directory: %u", numbers_of(3, &another));
    T(adapter_open_badfd(&reserved));
    numbers_of(reserved, &handle);
    numbers_of(0, &handle);
    numbers_of(copy, &handle);
    T(adapter_description(other, (void *)0xfffffffeu, &same));
    T(adapter_description(other, &same, (void *)0xfffffffeu));
    return 0;
}
