//! stdin: "ready at once\n"
// poll_oneoff on stdin that has something, and then on its end.
#include "probe.h"

int main(void) {
    subscription_t subs[2] = {{.userdata = 1, .tag = 1}, {.userdata = 2, .tag = 0}};
    subs[1].clock.id = MONOTONIC;
    subs[1].clock.timeout = 20000000000;
    event_t events[2];
    uint32_t n = 0;
    char bytes[64];
    iovec_t iov = {bytes, sizeof bytes};
    for (int round = 0; round < 2; round++) {
        T(poll_oneoff(subs, events, 2, &n));
        for (uint32_t i = 0; i < n; i++)
            say("  userdata %llu type %u error %s", events[i].userdata, events[i].type, errno_name(events[i].error));
        T(fd_read(0, &iov, 1, &n));
        say("%s", quoted(bytes, n));
    }
    return 0;
}
