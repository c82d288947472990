// A FIFO named `fifo`, opened for reading or writing as the argument says: its type, the positions that it has not, and
// reading or writing it in sequence.
#include "probe.h"

int main(int argc, char **argv) {
    bool reads = argc > 1 && strcmp(argv[1], "read") == 0;
    static char bytes[64] = "through the pipe\n";
    iovec_t iov = {bytes, 17};
    uint32_t fd = open_file("fifo", 0, reads ? READ_ONLY : WRITE_ONLY, 0), n = 0;
    uint64_t at;
    fdstat_t fdstat;
    filestat_t stat;
    MUST(fd_fdstat_get(fd, &fdstat));
    MUST(fd_filestat_get(fd, &stat));
    say("fdstat %s, filestat %s", type_name(fdstat.filetype), type_name(stat.filetype));
    T(fd_seek(fd, 0, CUR, &at));
    T(fd_tell(fd, &at));
    if (reads) {
        T(fd_pread(fd, &iov, 1, 0, &n));
        T(fd_read(fd, &iov, 1, &n));
    } else {
        T(fd_pwrite(fd, &iov, 1, 0, &n));
        T(fd_write(fd, &iov, 1, &n));
    }
    T(fd_sync(fd));
    T(fd_close(fd));
    return 0;
}
