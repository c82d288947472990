//! stdin: "unseekable"
// fd_seek and fd_tell: kinds, all whences, before the start, beyond the end, overflow.
#include "probe.h"

static void seek(uint32_t fd, int64_t offset, uint32_t whence) {
    uint64_t at = 4242, told = 4242;
    int32_t result = p1_fd_seek(fd, offset, whence, &at);
    int32_t tell = p1_fd_tell(fd, &told);
    say("[%s] seek %lld whence %u = %s at %llu, told %s at %llu", probe_where, offset, whence, errno_name(result), at,
        errno_name(tell), told);
}

int main(void) {
    EACH_FD(seek(fd, 0, SET));
    EACH_FD(seek(fd, 0, CUR));
    EACH_FD(seek(fd, 2, END));
    EACH_FD(seek(fd, -1, SET));
    uint32_t fd = open_file("hello.txt", 0, READ_ONLY, 0);
    seek(fd, 5, SET);
    seek(fd, 3, CUR);
    seek(fd, -2, CUR);
    seek(fd, -6, CUR);
    seek(fd, -1, CUR);
    seek(fd, -1, SET);
    seek(fd, INT64_MIN, SET);
    seek(fd, -3, END);
    seek(fd, -14, END);
    seek(fd, -15, END);
    seek(fd, 1000, END);
    seek(fd, 1ll << 40, SET);
    seek(fd, INT64_MAX, CUR);
    seek(fd, INT64_MAX, END);
    seek(fd, INT64_MIN, CUR);
    seek(fd, INT64_MIN, END);
    seek(fd, 4, SET);
    char bytes[8];
    iovec_t iov = {bytes, 3};
    uint32_t n;
    T(fd_read(fd, &iov, 1, &n));
    say("%s", quoted(bytes, n));
    seek(fd, 0, CUR);
    // In append mode reading has a cursor, writing goes to the end and takes the cursor there.
    uint32_t appending = open_file("scratch", O_CREAT_, READ_WRITE, APPEND);
    seek(appending, 0, CUR);
    put(appending, "0123456789");
    seek(appending, 0, CUR);
    seek(appending, 2, SET);
    T(fd_read(appending, &iov, 1, &n));
    say("%s", quoted(bytes, n));
    put(appending, "ab");
    seek(appending, 0, CUR);
    show_file("scratch");
    return 0;
}
