// clock_time_get: every clock, any precision, monotonic never backwards.
#include "probe.h"

int main(void) {
    static const uint64_t precisions[] = {0, 1, 1000000000, UINT64_MAX};
    for (uint32_t id = 0; id < 4; id++) {
        for (uint32_t i = 0; i < COUNT(precisions); i++) {
            uint64_t now = 0;
            say("clock %u precision %llu", id, precisions[i]);
            if (T(clock_time_get(id, precisions[i], &now)) != 0) say("value %llu", now);
            else if (id == REALTIME) say("after 2020 %d", now > 1577836800000000000ull);
        }
    }
    uint64_t before = 0, now = 0;
    bool ordered = true;
    MUST(clock_time_get(MONOTONIC, 0, &before));
    for (int i = 0; i < 10000; i++) {
        MUST(clock_time_get(MONOTONIC, 0, &now));
        ordered &= now >= before;
        before = now;
    }
    say("monotonic %d", ordered);
    return 0;
}
