// A file and a directory outlive the directory that they were opened from.
#include "probe.h"

int main(void) {
    uint32_t sub = open_dir("sub");
    uint32_t inner = open_at(sub, "inner.txt", 0, READ_ONLY, 0);
    uint32_t deep = open_at(sub, "deep", O_DIRECTORY_, READ_ONLY, 0);
    T(fd_close(sub));
    char bytes[16];
    iovec_t iov = {bytes, sizeof bytes};
    uint32_t n = 0;
    T(fd_read(inner, &iov, 1, &n));
    say("%s", quoted(bytes, n));
    filestat_t stat;
    T(path_filestat_get(deep, 0, S("leaf.txt"), &stat));
    say("size %llu", stat.size);
    T(path_filestat_get(sub, 0, S("inner.txt"), &stat));
    // An unlinked file stays readable and writable through its descriptor.
    uint32_t gone = open_file("gone", O_CREAT_, READ_WRITE, 0);
    T(path_unlink_file(DIR, S("gone")));
    put(gone, "still here");
    T(fd_pread(gone, &iov, 1, 6, &n));
    say("%s", quoted(bytes, n));
    T(fd_filestat_get(gone, &stat));
    say("size %llu nlink %llu", stat.size, stat.nlink);
    T(fd_close(gone));
    return 0;
}
