// Reserved numbers count against the limit like open files: MFILE beyond, and numbers given back can be had again.
#include "probe.h"

int main(void) {
    uint32_t fd, count = 0, last = 0;
    int32_t result;
    while ((result = p1_adapter_open_badfd(&fd)) == 0 && count < 100000) { count++; last = fd; }
    say("at least 1,000: %d, then %s", count >= 1000, errno_name(result));
    T(path_open(DIR, 0, S("hello.txt"), 0, RIGHT_READ, 0, 0, &fd));
    T(adapter_close_badfd(last));
    T(path_open(DIR, 0, S("hello.txt"), 0, RIGHT_READ, 0, 0, &fd));
    say("the number given back %d", fd == last);
    T(adapter_open_badfd(&fd));
    return 0;
}
