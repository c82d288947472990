//! stdin: "ready at once\n"
// poll_oneoff: clocks, files, stdio, several at a time, what is refused.
#include "probe.h"

static subscription_t subs[16];
static event_t events[16];

static subscription_t timer(uint64_t userdata, uint32_t id, uint64_t timeout, uint16_t flags) {
    subscription_t sub = {.userdata = userdata, .tag = 0};
    sub.clock.id = id;
    sub.clock.timeout = timeout;
    sub.clock.flags = flags;
    return sub;
}

static subscription_t on(uint64_t userdata, uint8_t tag, uint32_t fd) {
    subscription_t sub = {.userdata = userdata, .tag = tag};
    sub.fd.fd = fd;
    return sub;
}

static void poll(const char *what, uint32_t count) {
    uint32_t n = 77;
    memset(events, 0xee, sizeof events);
    say("%s", what);
    if (T(poll_oneoff(subs, events, count, &n)) == 0) {
        say("  events %u", n);
        show_events(events, n);
    } else say("  n %u", n);
}

int main(void) {
    enum { READ = 1, WRITE = 2 };
    poll("nothing", 0);
    subs[0] = timer(11, MONOTONIC, 1000000, 0);
    poll("one millisecond", 1);
    subs[0] = timer(12, REALTIME, 1000000, 0);
    poll("one millisecond of the wall clock", 1);
    subs[0] = timer(13, MONOTONIC, 0, 0);
    poll("no time at all", 1);
    subs[0] = timer(14, MONOTONIC, 0, 1);
    poll("an absolute time in the past", 1);
    uint64_t now = 0;
    MUST(clock_time_get(MONOTONIC, 0, &now));
    subs[0] = timer(15, MONOTONIC, now + 2000000, 1);
    poll("an absolute time to come", 1);
    uint64_t then = 0;
    MUST(clock_time_get(MONOTONIC, 0, &then));
    say("waited %d", then >= now + 2000000);
    subs[0] = timer(16, MONOTONIC, 3000000, 0);
    subs[1] = timer(17, MONOTONIC, 10000000000, 0);
    poll("the earlier of two", 2);

    uint32_t file = open_file("hello.txt", 0, READ_ONLY, 0), out = open_file("scratch", O_CREAT_, WRITE_ONLY, 0);
    subs[0] = on(21, READ, file);
    poll("a file to read", 1);
    subs[0] = on(22, WRITE, out);
    poll("a file to write", 1);
    subs[0] = on(23, WRITE, 1);
    poll("stdout", 1);
    subs[0] = on(24, WRITE, 2);
    poll("stderr", 1);
    subs[0] = on(30, READ, file);
    subs[1] = timer(31, MONOTONIC, 10000000000, 0);
    poll("a file and ten seconds", 2);
    uint64_t at;
    T(fd_seek(file, 0, END, &at));
    subs[0] = on(32, READ, file);
    poll("a file at its end", 1);
    return 0;
}
