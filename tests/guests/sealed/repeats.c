//! args: ["prog"]
// Time and random bytes: what a program tells of them.
#include "probe.h"

static void wait(uint32_t clock, uint16_t absolute, uint64_t timeout) {
    subscription_t subs[2] = {{.userdata = 1, .tag = 0}, {.userdata = 2, .tag = 0}};
    for (int i = 0; i < 2; i++) {
        subs[i].clock.id = clock;
        subs[i].clock.flags = absolute;
        subs[i].clock.timeout = timeout + i;
    }
    event_t events[2];
    uint32_t n = 7;
    T(poll_oneoff(subs, events, 2, &n));
    for (uint32_t i = 0; i < n; i++)
        say("event %llu", (unsigned long long)events[i].userdata);
}

int main(void) {
    uint64_t time = 0;
    for (uint32_t clock = 0; clock < 4; clock++) {
        T(clock_res_get(clock, &time));
        say("resolution %llu", (unsigned long long)time);
        for (int i = 0; i < 2; i++) {
            time = 0;
            T(clock_time_get(clock, 0, &time));
            say("time %llu", (unsigned long long)time);
        }
    }
    wait(MONOTONIC, 0, 1000000000);
    wait(MONOTONIC, 1, 500000000);
    wait(MONOTONIC, 1, 2000000000);
    wait(REALTIME, 0, 5);
    wait(REALTIME, 1, 1769860900000000000);
    wait(REALTIME, 1, 1000);
    wait(2, 0, 5);
    T(clock_time_get(MONOTONIC, 0, &time));
    say("time %llu", (unsigned long long)time);

    unsigned char bytes[200];
    for (int part = 0; part < 3; part++) {
        uint32_t len = part == 1 ? sizeof bytes : 7;
        T(random_get(bytes, len));
        for (uint32_t i = 0; i < len; i += 7)
            say("bytes %02x %02x", bytes[i], bytes[len - 1 - i]);
    }
    return 0;
}
