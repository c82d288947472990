// poll_oneoff with a thousand subscriptions at once.
#include "probe.h"

enum { COUNT_ = 1000 };
static subscription_t subs[COUNT_];
static event_t events[COUNT_];

int main(void) {
    uint32_t n = 0, fd = open_file("hello.txt", 0, READ_ONLY, 0);
    for (uint32_t i = 0; i < COUNT_; i++) {
        subs[i] = (subscription_t){.userdata = i, .tag = 0};
        subs[i].clock.id = MONOTONIC;
        subs[i].clock.timeout = i == 500 ? 1000 : 20000000000;
    }
    T(poll_oneoff(subs, events, COUNT_, &n));
    say("n %u userdata %llu", n, events[0].userdata);
    for (uint32_t i = 0; i < COUNT_; i += 2) {
        subs[i].tag = 1 + i / 2 % 2;
        subs[i].fd.fd = i / 2 % 2 ? 1 : fd;
    }
    T(poll_oneoff(subs, events, COUNT_, &n));
    uint64_t sum = 0;
    for (uint32_t i = 0; i < n; i++) sum += events[i].userdata;
    say("n %u sum %llu", n, sum);
    return 0;
}
