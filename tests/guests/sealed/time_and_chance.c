// Clocks, random bytes and an end with a status: no preview1 host is without them.
#include "probe.h"

int main(void) {
    uint64_t time = 0;
    for (uint32_t clock = 0; clock < 4; clock++) {
        T(clock_res_get(clock, &time));
        T(clock_time_get(clock, 0, &time));
    }
    uint32_t n = 7;
    for (uint16_t flags = 0; flags < 2; flags++) {
        subscription_t sub = {.userdata = 5, .tag = 0};
        sub.clock.id = MONOTONIC;
        sub.clock.flags = flags;
        sub.clock.timeout = 1000;
        event_t event;
        T(poll_oneoff(&sub, &event, 1, &n));
    }
    char bytes[8];
    T(random_get(bytes, sizeof bytes));
    T(random_get(bytes, 0));
    say("the end");
    exit(3);
}
