// fd_pwrite: kinds, offsets, append mode, and the cursor left where it was.
#include "probe.h"

static char big[100000];

static void write_at(uint32_t fd, const char *text, uint64_t offset) {
    iovec_t iov = {text, (uint32_t)strlen(text)};
    uint32_t n = 77;
    T(fd_pwrite(fd, &iov, 1, offset, &n));
    say("  offset %llu n %u", offset, n);
}

int main(void) {
    EACH_FD(write_at(fd, "text", 2));
    show_file("scratch-w");
    show_file("scratch-a");
    uint32_t fd = open_file("scratch", O_CREAT_, READ_WRITE, 0), n;
    uint64_t at;
    put(fd, "0123456789");
    write_at(fd, "AB", 3);
    write_at(fd, "", 100);
    show_file("scratch");
    write_at(fd, "XY", 12);
    show_file("scratch");
    T(fd_tell(fd, &at));
    say("at %llu", at);
    iovec_t gaps[] = {{"a", 1}, {NULL, 0}, {"bc", 2}, {"", 0}, {"def", 3}};
    T(fd_pwrite(fd, gaps, 5, 1, &n));
    say("n %u", n);
    T(fd_pwrite(fd, NULL, 0, 1, &n));
    say("n %u", n);
    show_file("scratch");
    write_at(fd, "x", 1ull << 63);
    write_at(fd, "x", UINT64_MAX);
    write_at(fd, "", UINT64_MAX);
    // More than 4,096 bytes on a file in append mode.
    memset(big, 'z', sizeof big);
    uint32_t appending = open_file("appended", O_CREAT_, WRITE_ONLY, APPEND);
    put(appending, "start ");
    iovec_t whole = {big, sizeof big};
    T(fd_pwrite(appending, &whole, 1, 0, &n));
    say("n %u", n);
    filestat_t stat;
    MUST(fd_filestat_get(appending, &stat));
    say("size %llu", stat.size);
    show_file("appended");
    return 0;
}
