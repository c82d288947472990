// The types of the standard streams: a terminal is a character device.
#include "probe.h"

#include <unistd.h>

int main(void) {
    for (uint32_t fd = 0; fd < 3; fd++) {
        fdstat_t stat;
        filestat_t filestat;
        MUST(fd_fdstat_get(fd, &stat));
        MUST(fd_filestat_get(fd, &filestat));
        say("stream %u: fdstat %s flags %u, filestat %s, isatty %d", fd, type_name(stat.filetype), stat.flags,
            type_name(filestat.filetype), isatty((int)fd));
    }
    return 0;
}
