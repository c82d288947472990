// Clocks that a program stops, because its allocator reads them while the host waits.
#include "probe.h"

static uint64_t now(uint32_t clock) {
    uint64_t time = 0;
    if (p1_clock_time_get(clock, 0, &time))
        say("clock %u fails", clock);
    return time;
}

int main(void) {
    uint64_t real = now(REALTIME), mono = now(MONOTONIC), time;
    p1_adapter_monotonic_clock_set_paused(1);
    say("they stand still: %d %d", now(REALTIME) == real, now(MONOTONIC) == mono);
    T(clock_time_get(PROCESS_CPUTIME, 0, &time));
    T(clock_time_get(77, 0, &time));
    T(clock_time_get(MONOTONIC, 0, (void *)0xfffffffcu));
    // All else asks the host as ever.
    uint32_t file = open_file("hello.txt", 0, READ_ONLY, 0);
    say("a file: %u", file);
    p1_adapter_monotonic_clock_set_paused(0);
    while (now(MONOTONIC) == mono) {}
    say("they go on: %d", now(MONOTONIC) > mono);
    return 0;
}
