// path_open: each mixture of oflags, rights, fdflags and lookup, on what is there and what is not; what comes of it.
#include "probe.h"

static void refresh(void) {
    p1_path_unlink_file(DIR, S("fresh"));
    uint32_t fd = open_file("file", O_CREAT_ | O_TRUNC_, WRITE_ONLY, 0);
    put(fd, "content");
    p1_fd_close(fd);
}

static void show(uint32_t fd, bool writes) {
    static char bytes[16];
    iovec_t iov = {bytes, 4};
    uint32_t n = 0;
    fdstat_t fdstat;
    filestat_t stat;
    MUST(fd_fdstat_get(fd, &fdstat));
    MUST(fd_filestat_get(fd, &stat));
    say("  %s flags %u size %llu", type_name(fdstat.filetype), fdstat.flags, fdstat.filetype == 3 ? 0 : stat.size);
    T(fd_read(fd, &iov, 1, &n));
    // wasmtime's host writes through what was opened to be read and created or cut: path_open_flags shows it.
    if (writes) {
        say("  rights %llx %llx", fdstat.rights_base, fdstat.rights_inheriting);
        T(fd_filestat_set_size(fd, 3));
        T(fd_write(fd, &iov, 1, &n));
    }
}

int main(void) {
    static const char *const paths[] = {"file", "sub", "fresh", "link", "dangling", "file/", "sub/", "dirlink", "dirlink/inner.txt"};
    static const uint64_t rights[] = {0, RIGHT_READ, RIGHT_WRITE, RIGHT_READ | RIGHT_WRITE};
    for (uint32_t p = 0; p < COUNT(paths); p++)
        for (uint32_t r = 0; r < COUNT(rights); r++)
            for (uint32_t oflags = 0; oflags < 16; oflags++)
                for (uint32_t more = 0; more < 4; more++) {
                    uint32_t fdflags = more & 1 ? APPEND : 0, lookup = more >> 1, fd = NOFD;
                    refresh();
                    int32_t result = p1_path_open(DIR, lookup, paths[p], (uint32_t)strlen(paths[p]), oflags, rights[r] | RIGHTS_ANYWAY, 0, fdflags, &fd);
                    say("open %s lookup %u oflags %u rights %llx fdflags %u = %s", paths[p], lookup, oflags, rights[r], fdflags,
                        errno_name(result));
                    if (result != 0) continue;
                    show(fd, rights[r] & RIGHT_WRITE || !(oflags & (O_CREAT_ | O_TRUNC_)));
                    p1_fd_close(fd);
                }
    return 0;
}
