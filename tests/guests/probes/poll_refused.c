// poll_oneoff: numbers that are closed, descriptors that fit badly, clocks that cannot be waited for.
#include "probe.h"

static subscription_t subs[4];
static event_t events[4];

static void poll(const char *what, uint32_t count) {
    uint32_t n = 77;
    say("%s", what);
    if (T(poll_oneoff(subs, events, count, &n)) == 0) show_events(events, n);
}

static void on(uint32_t slot, uint64_t userdata, uint8_t tag, uint32_t fd) {
    memset(&subs[slot], 0, sizeof subs[slot]);
    subs[slot].userdata = userdata;
    subs[slot].tag = tag;
    subs[slot].fd.fd = fd;
}

static void timer(uint32_t slot, uint64_t userdata, uint32_t id, uint64_t timeout, uint16_t flags) {
    memset(&subs[slot], 0, sizeof subs[slot]);
    subs[slot].userdata = userdata;
    subs[slot].clock.id = id;
    subs[slot].clock.timeout = timeout;
    subs[slot].clock.flags = flags;
}

int main(void) {
    uint32_t file = open_file("hello.txt", 0, READ_ONLY, 0), out = open_file("scratch", O_CREAT_, WRITE_ONLY, 0);
    on(0, 1, 1, NOFD);
    poll("a closed number", 1);
    on(1, 2, 1, file);
    poll("a closed number and a file", 2);
    on(0, 3, 2, NOFD);
    timer(1, 4, MONOTONIC, 10000000000, 0); // Longer than any machine takes for the other.
    poll("a closed number and a timer", 2);
    on(0, 5, 1, DIR);
    poll("a directory", 1);
    on(0, 6, 1, 1);
    poll("stdout for reading", 1);
    on(0, 7, 2, 0);
    poll("stdin for writing", 1);
    on(0, 8, 1, out);
    poll("a write-only file for reading", 1);
    on(0, 9, 2, file);
    poll("a read-only file for writing", 1);
    timer(0, 10, REALTIME, 0, 1);
    poll("1970", 1);
    timer(0, 11, REALTIME, 1577836800000000000ull, 1);
    poll("2020", 1);
    timer(0, 12, PROCESS_CPUTIME, 1000, 0);
    poll("process time", 1);
    timer(0, 13, THREAD_CPUTIME, 1000, 1);
    poll("thread time", 1);
    timer(0, 17, MONOTONIC, UINT64_MAX, 0);
    on(1, 18, 1, file);
    poll("forever, and a file", 2);
    return 0;
}
