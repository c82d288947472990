// Waits on a stdin that is a pipe: first nothing comes, then a line, then its end. Each step is announced on stdout, so
// that the test knows when to do its part.
#include "probe.h"

static void wait(const char *what, uint64_t timeout) {
    subscription_t subs[2] = {{.userdata = 1, .tag = 1}, {.userdata = 2, .tag = 0}};
    subs[1].clock.id = MONOTONIC;
    subs[1].clock.timeout = timeout;
    event_t events[2];
    uint32_t n = 0;
    say("%s", what);
    T(poll_oneoff(subs, events, 2, &n));
    for (uint32_t i = 0; i < n; i++)
        say("  userdata %llu error %s", (unsigned long long)events[i].userdata, errno_name(events[i].error));
}

int main(void) {
    char bytes[64];
    iovec_t iov = {bytes, sizeof bytes};
    uint32_t n;
    wait("nothing comes", 20000000);
    wait("a line comes", 30000000000);
    T(fd_read(0, &iov, 1, &n));
    say("%s", quoted(bytes, n));
    say("a line comes");
    T(fd_read(0, &iov, 1, &n));
    say("%s", quoted(bytes, n));
    wait("the end comes", 30000000000);
    T(fd_read(0, &iov, 1, &n));
    say("n %u", n);
    T(fd_read(0, &iov, 1, &n));
    say("n %u", n);
    return 0;
}
