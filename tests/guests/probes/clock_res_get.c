// clock_res_get: every clock.
#include "probe.h"

int main(void) {
    for (uint32_t id = 0; id < 4; id++) {
        uint64_t resolution = 0;
        say("clock %u", id);
        if (T(clock_res_get(id, &resolution)) == 0) say("sane %d", resolution > 0 && resolution <= 1000000000);
        else say("value %llu", resolution);
    }
    return 0;
}
