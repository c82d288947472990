// The adapter forgets what it knows, as for a program that is stored here and goes on under another host.
#include "probe.h"

int main(void) {
    uint32_t file = open_file("hello.txt", 0, READ_ONLY, 0), reserved, at;
    uint64_t position;
    T(adapter_open_badfd(&reserved));
    T(fd_close(0));
    say("numbers %u %u", file, reserved);
    p1_reset_adapter_state();
    fdstat_t stat;
    T(fd_fdstat_get(file, &stat));
    T(adapter_close_badfd(reserved));
    T(fd_fdstat_get(0, &stat));
    T(fd_fdstat_get(DIR, &stat));
    say("opened again: %u", open_file("hello.txt", 0, READ_ONLY, 0));
    T(fd_tell(file, &position));
    for (at = 0; at < 100; at++)
        p1_reset_adapter_state();
    T(fd_fdstat_get(DIR, &stat));
    return 0;
}
