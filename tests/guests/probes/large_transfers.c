// Reads and writes larger than any buffer on the way: one call may do less, all of them together must not.
#include "probe.h"

enum { SIZE = 20 << 20 };

int main(void) {
    uint8_t *bytes = malloc(SIZE), *back = malloc(SIZE);
    for (uint32_t i = 0; i < SIZE; i++) bytes[i] = (uint8_t)(i * 2654435761u >> 24);
    uint32_t fd = open_file("large", O_CREAT_, READ_WRITE, 0), n = 0, done = 0;
    while (done < SIZE) {
        iovec_t iov = {bytes + done, SIZE - done};
        MUST(fd_write(fd, &iov, 1, &n));
        done += n;
    }
    uint64_t at;
    MUST(fd_seek(fd, 0, SET, &at));
    for (done = 0; done < SIZE; done += n) {
        iovec_t iov = {back + done, SIZE - done};
        MUST(fd_read(fd, &iov, 1, &n));
        if (n == 0) break;
    }
    say("read %u same %d", done, memcmp(bytes, back, SIZE) == 0);
    memset(back, 0, SIZE);
    for (done = 0; done < SIZE; done += n) {
        iovec_t iov = {back + done, SIZE - done};
        MUST(fd_pread(fd, &iov, 1, done, &n));
        if (n == 0) break;
    }
    say("read %u same %d", done, memcmp(bytes, back, SIZE) == 0);
    for (done = 0; done < SIZE; done += n) {
        iovec_t iov = {bytes + done, SIZE - done};
        MUST(fd_pwrite(fd, &iov, 1, done + 7, &n));
    }
    uint32_t appending = open_file("appended", O_CREAT_, WRITE_ONLY, APPEND);
    for (done = 0; done < SIZE; done += n) {
        iovec_t halves[] = {{bytes + done, (SIZE - done) / 2}, {bytes + done + (SIZE - done) / 2, SIZE - done - (SIZE - done) / 2}};
        MUST(fd_write(appending, halves, 2, &n));
    }
    filestat_t stat;
    MUST(fd_filestat_get(fd, &stat));
    say("size %llu", stat.size);
    MUST(fd_filestat_get(appending, &stat));
    say("size %llu", stat.size);
    return 0;
}
