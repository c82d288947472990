// The numbers that have one open file, and their count.
#include "probe.h"

static uint32_t numbers_of(uint32_t fd, uint32_t *identity) {
    uint32_t numbers = 0;
    int32_t result = p1_adapter_description(fd, identity, &numbers);
    if (result) say("%u: %s", fd, errno_name(result));
    return numbers;
}

int main(void) {
    uint32_t file = open_file("hello.txt", 0, READ_ONLY, 0), other = open_file("hello.txt", 0, READ_ONLY, 0);
    uint32_t identity, same, another, copy, reserved;
    say("alone: %u", numbers_of(file, &identity));
    T(adapter_duplicate(file, 0, &copy));
    say("two: %u %u", numbers_of(file, &identity), numbers_of(copy, &same));
    say("one file: %d", identity == same);
    say("another: %u", numbers_of(other, &another));
    say("one file: %d", identity == another);
    T(fd_close(file));
    say("alone again: %u", numbers_of(copy, &same));
    say("one file: %d", identity == same);
    T(fd_renumber(copy, other));
    say("renumbered: %u", numbers_of(other, &same));
    say("one file: %d", identity == same);
    say("a directory: %u", numbers_of(3, &another));
    T(adapter_open_badfd(&reserved));
    numbers_of(reserved, &identity);
    numbers_of(copy, &identity);
    uint32_t streams[3];
    for (uint32_t fd = 0; fd < 3; fd++) say("a standard stream: %u", numbers_of(fd, &streams[fd]));
    say("one file: %d %d %d", streams[0] == streams[1], streams[1] == streams[2], streams[0] == streams[2]);
    T(adapter_duplicate(1, 0, &copy));
    say("two: %u %u", numbers_of(1, &streams[1]), numbers_of(copy, &same));
    say("one file: %d", streams[1] == same);
    T(adapter_description(other, (void *)0xfffffffeu, &same));
    T(adapter_description(other, &same, (void *)0xfffffffeu));
    return 0;
}
