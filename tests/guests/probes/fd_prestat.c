//! dirs: ["/", "second=sub", "/a/long/name/with/\u00fcml\u00e4ut=sub/deep"]
// fd_prestat_get and fd_prestat_dir_name: every preopen, its name's length, short and long buffers.
#include "probe.h"

int main(void) {
    for (uint32_t fd = 0; fd < 8; fd++) {
        prestat_t stat = {9, 9};
        char name[64];
        memset(name, '#', sizeof name);
        say("descriptor %u", fd);
        if (T(fd_prestat_get(fd, &stat)) == 0) say("tag %u length %u", stat.tag, stat.name_len);
        if (T(fd_prestat_dir_name(fd, name, stat.name_len)) == 0) say("%s", quoted(name, stat.name_len + 1));
    }
    EACH_FD(prestat_t stat; T(fd_prestat_get(fd, &stat)); char name[64]; T(fd_prestat_dir_name(fd, name, sizeof name)));
    char name[64];
    memset(name, '#', sizeof name);
    T(fd_prestat_dir_name(4, name, 0));
    T(fd_prestat_dir_name(4, name, 5));
    say("%s", quoted(name, 8));
    T(fd_prestat_dir_name(4, name, 64));
    say("%s", quoted(name, 8));
    uint32_t opened = open_dir("sub");
    prestat_t stat;
    T(fd_prestat_get(opened, &stat));
    T(fd_prestat_dir_name(opened, name, 64));
    return 0;
}
