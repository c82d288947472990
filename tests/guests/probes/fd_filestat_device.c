// The device number of a file, which WASI 0.2 does not tell: files of the host have 1, and those in a component 2.
#include "probe.h"

int main(void) {
    filestat_t stat;
    MUST(fd_filestat_get(open_file("hello.txt", 0, READ_ONLY, 0), &stat));
    say("no number of a system %d", stat.dev == 1 || stat.dev == 2);
    return 0;
}
