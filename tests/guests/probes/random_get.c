// random_get: lengths, and that all of the buffer is filled and nothing beyond it.
#include "probe.h"

static uint8_t big[300000];

int main(void) {
    uint8_t small[64] = {0};
    T(random_get(small, 0));
    say("untouched %d", small[0] == 0 && small[63] == 0);
    T(random_get(small, 32));
    uint32_t zeros = 0, beyond = 0;
    for (int i = 0; i < 32; i++) zeros += small[i] == 0;
    for (int i = 32; i < 64; i++) beyond += small[i] != 0;
    say("few zeros %d, beyond %u", zeros < 8, beyond);
    T(random_get(big, sizeof big - 1));
    uint32_t longest = 0, run = 0;
    for (uint32_t i = 0; i < sizeof big; i++) {
        run = big[i] == 0 ? run + 1 : 0;
        if (run > longest) longest = run;
    }
    say("filled %d, last %u", longest < 8, big[sizeof big - 1]);
    uint8_t other[32];
    T(random_get(other, 32));
    say("never the same %d", memcmp(small, other, 32) != 0);
    return 0;
}
