// The device number of a file, which WASI 0.2 does not tell.
#include "probe.h"

int main(void) {
    filestat_t stat;
    MUST(fd_filestat_get(open_file("hello.txt", 0, READ_ONLY, 0), &stat));
    say("always the same device %d", stat.dev == 1);
    return 0;
}
