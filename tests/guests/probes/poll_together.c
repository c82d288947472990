// poll_oneoff: several descriptors that are ready at once, and one of them twice.
#include "probe.h"

static subscription_t subs[3];
static event_t events[3];

static subscription_t on(uint64_t userdata, uint8_t tag, uint32_t fd) {
    subscription_t sub = {.userdata = userdata, .tag = tag};
    sub.fd.fd = fd;
    return sub;
}

static void poll(const char *what, uint32_t count) {
    uint32_t n = 77;
    say("%s", what);
    if (T(poll_oneoff(subs, events, count, &n)) == 0) show_events(events, n);
}

int main(void) {
    enum { READ = 1, WRITE = 2 };
    uint32_t file = open_file("hello.txt", 0, READ_ONLY, 0), out = open_file("scratch", O_CREAT_, WRITE_ONLY, 0);
    subs[0] = on(26, READ, file);
    subs[1] = on(27, WRITE, out);
    subs[2] = on(28, WRITE, 1);
    poll("three that are ready", 3);
    subs[0] = on(29, READ, file);
    subs[1] = on(29, READ, file);
    poll("the same twice", 2);
    return 0;
}
