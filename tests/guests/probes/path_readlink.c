// path_readlink: whole targets, cut ones, buffers of every size, what is no link.
#include "probe.h"

static char buf[8192], target[4096];

int main(void) {
    uint32_t used = 77;
    EACH_FD(T(path_readlink(fd, S("link"), buf, sizeof buf, &used)));
    memset(buf, '#', 16);
    T(path_readlink(DIR, S("link"), buf, sizeof buf, &used));
    say("%u %s", used, quoted(buf, used + 1));
    memset(buf, '#', 16);
    T(path_readlink(DIR, S("link"), buf, 4, &used));
    say("%u %s", used, quoted(buf, 6));
    T(path_readlink(DIR, S("link"), buf, 9, &used));
    say("%u", used);
    T(path_readlink(DIR, S("link"), buf, 0, &used));
    say("%u", used);
    T(path_readlink(DIR, S("dangling"), buf, sizeof buf, &used));
    say("%u %s", used, quoted(buf, used));
    T(path_readlink(DIR, S("loop"), buf, sizeof buf, &used));
    T(path_readlink(DIR, S("escape"), buf, sizeof buf, &used));
    T(path_readlink(DIR, S("absolute"), buf, sizeof buf, &used));
    T(path_readlink(DIR, S("longlink"), buf, sizeof buf, &used));
    say("%u %x", used, fnv(buf, used));
    T(path_readlink(DIR, S("longlink"), buf, 4096, &used));
    say("%u %x", used, fnv(buf, used));
    T(path_readlink(DIR, S("longlink"), buf, 3000, &used));
    say("%u %x", used, fnv(buf, used));
    T(path_readlink(DIR, S("dirlink/"), buf, sizeof buf, &used));
    T(path_readlink(DIR, S("hello.txt"), buf, sizeof buf, &used));
    T(path_readlink(DIR, S("sub"), buf, sizeof buf, &used));
    T(path_readlink(DIR, S("missing"), buf, sizeof buf, &used));
    T(path_readlink(DIR, S(""), buf, sizeof buf, &used));
    T(path_readlink(DIR, S("."), buf, sizeof buf, &used));
    T(path_readlink(DIR, S("../link"), buf, sizeof buf, &used));
    T(path_readlink(DIR, S("/link"), buf, sizeof buf, &used));
    T(path_readlink(DIR, S("sub/../link"), buf, sizeof buf, &used));
    T(path_readlink(DIR, S("hello.txt/x"), buf, sizeof buf, &used));
    // A target as long as a file system lets it be.
    memset(target, 't', sizeof target);
    T(path_symlink(target, 4095, DIR, S("longest")));
    T(path_readlink(DIR, S("longest"), buf, sizeof buf, &used));
    say("%u %x", used, fnv(buf, used));
    T(path_readlink(DIR, S("longest"), buf, 4094, &used));
    say("%u %x", used, fnv(buf, used));
    // Last, because the official adapter traps.
    T(path_readlink(DIR, S("bad\xff"), buf, sizeof buf, &used));
    return 0;
}
