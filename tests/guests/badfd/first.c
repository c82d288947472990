// Reserving as the very first thing that a program does, and a pointer that leads out of memory.
#include "probe.h"

int main(void) {
    uint32_t fd = 77;
    int32_t first = p1_adapter_open_badfd(&fd);
    say("%s %u", errno_name(first), fd);
    T(adapter_open_badfd((void *)0xfffffffeu));
    // The number of a preopen is not to be had.
    prestat_t stat;
    T(fd_prestat_get(DIR, &stat));
    uint32_t next = 77;
    T(adapter_open_badfd(&next));
    say("none lost by it: %u", next);
    return 0;
}
