//! dirs: ["host"]
// Files in memory beside embedded ones and a directory of the host: one tree, the limit, and what passes between them.
#include "probe.h"

enum { ROOT = 3, TMP = 4, HOST = 5 };

static uint32_t try_open(uint32_t dir, const char *path, uint32_t oflags) {
    uint32_t fd = NOFD;
    int32_t result = p1_path_open(dir, 1, path, (uint32_t)strlen(path), oflags, RIGHT_READ | RIGHT_WRITE, 0, 0, &fd);
    say("open %u '%s' = %s", dir, path, errno_name(result));
    return fd;
}

/// Writes until there is no space, and removes the file.
static uint32_t fill(void) {
    static char page[4096];
    uint32_t fd = try_open(TMP, "full", O_CREAT_), n = 0, pages = 0;
    iovec_t iov = {page, sizeof page};
    int32_t result;
    while ((result = p1_fd_write(fd, &iov, 1, &n)) == 0) pages++;
    say("after some pages: %s", errno_name(result));
    T(path_unlink_file(TMP, S("full")));
    T(fd_close(fd));
    return pages;
}

int main(void) {
    filestat_t through_root, opened;
    T(path_create_directory(ROOT, S("tmp/d")));
    uint32_t fd = try_open(TMP, "d/f", O_CREAT_);
    put(fd, "in memory");
    T(path_filestat_get(ROOT, 0, S("tmp/d/f"), &through_root));
    T(fd_filestat_get(fd, &opened));
    say("size %llu, the same %d", opened.size, through_root.ino == opened.ino && through_root.dev == opened.dev);

    T(path_filestat_get(ROOT, 0, S("tmp/../readme"), &opened));
    T(path_filestat_get(TMP, 0, S("../readme"), &opened));
    T(path_symlink(S("../readme"), TMP, S("out")));
    T(path_filestat_get(ROOT, 1, S("tmp/out"), &opened));
    T(path_filestat_get(TMP, 1, S("out"), &opened));

    T(path_create_directory(ROOT, S("d")));
    T(path_remove_directory(ROOT, S("tmp")));
    T(path_rename(TMP, S("d/f"), ROOT, S("f")));
    T(path_rename(ROOT, S("readme"), TMP, S("f")));
    T(path_rename(ROOT, S("tmp/d/f"), TMP, S("g")));
    T(path_rename(TMP, S("g"), HOST, S("g")));
    T(path_link(HOST, 0, S("hello.txt"), TMP, S("hello")));
    try_open(ROOT, "readme", 0);
    try_open(ROOT, "new", O_CREAT_);
    try_open(HOST, "hello.txt", 0);

    uint32_t first = fill();
    say("the same space again: %d", first > 0 && fill() == first);
    return 0;
}
