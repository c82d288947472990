// fd_renumber: files onto files, onto closed numbers, onto itself, stdio, directories.
#include "probe.h"

static char bytes[32];

static void read_some(uint32_t fd) {
    iovec_t iov = {bytes, 5};
    uint32_t n = 0;
    if (T(fd_read(fd, &iov, 1, &n)) == 0) say("  %s", quoted(bytes, n));
}

int main(void) {
    uint32_t from = open_file("hello.txt", 0, READ_ONLY, 0), to = open_file("data.bin", 0, READ_ONLY, 0);
    read_some(from);
    T(fd_renumber(from, to));
    read_some(to);
    read_some(from);
    T(fd_close(from));
    T(fd_renumber(to, to));
    read_some(to);
    T(fd_renumber(from, to));
    T(fd_renumber(NOFD, to));
    T(fd_renumber(0xffffffff, to));
    T(fd_renumber(to, NOFD));
    T(fd_renumber(to, 0xffffffff));
    T(fd_renumber(to, from));
    T(fd_renumber(from, from));
    T(fd_renumber(NOFD, NOFD));
    // A directory may take a file's number and the other way round.
    uint32_t dir = open_dir("sub"), file = open_file("hello.txt", 0, READ_ONLY, 0);
    T(fd_renumber(dir, file));
    filestat_t stat;
    T(path_filestat_get(file, 0, S("inner.txt"), &stat));
    say("size %llu", stat.size);
    T(path_filestat_get(dir, 0, S("inner.txt"), &stat));
    // A file becomes stdin, a file becomes stderr.
    uint32_t as_stdin = open_file("hello.txt", 0, READ_ONLY, 0);
    T(fd_renumber(as_stdin, 0));
    read_some(0);
    read_some(as_stdin);
    uint32_t as_stderr = open_file("log", O_CREAT_, WRITE_ONLY, 0);
    T(fd_renumber(as_stderr, 2));
    put(2, "into the log\n");
    show_file("log");
    // stdout moves elsewhere and still works.
    uint32_t place = open_file("hello.txt", 0, READ_ONLY, 0);
    T(fd_renumber(1, place));
    probe_out = place;
    say("through another number");
    uint32_t n;
    T(fd_write(1, NULL, 0, &n));
    return 0;
}
