// Calls for any descriptor, on sockets: fstat, isatty, lseek, pread, fsync, read and write.
#include "sockets.h"

static const char *type_of(mode_t mode) {
    return S_ISSOCK(mode) ? "socket" : S_ISREG(mode) ? "file" : S_ISFIFO(mode) ? "pipe" : "other";
}

static void all(const char *what, int fd) {
    printf("-- %s\n", what);
    struct stat stat;
    char byte = 'x';
    memset(&stat, 0xee, sizeof stat);
    if (T(fstat(fd, &stat)) == 0) printf("  %s size %d\n", type_of(stat.st_mode), (int)stat.st_size);
    T(isatty(fd));
    printf("  %s\n", errno_name(errno));
    T(lseek(fd, 0, SEEK_CUR));
    T(lseek(fd, 10, SEEK_SET));
    T(pread(fd, &byte, 1, 0));
    T(pwrite(fd, &byte, 1, 0));
    T(ftruncate(fd, 0));
    T(fsync(fd));
    T(fdatasync(fd));
}

int main(void) {
    int client, server, ends[2];
    tcp_pair(AF_INET, &client, &server);
    all("a stream", client);
    all("a new socket", MUST(socket(AF_INET, SOCK_STREAM, 0)));
    all("a datagram socket", bound(AF_INET, SOCK_DGRAM));
    MUST(pipe(ends));
    all("a pipe's end", ends[0]);

    char bytes[16];
    T(write(client, "written", 7));
    T(read(server, bytes, 3));
    T(read(server, bytes, sizeof bytes));
    T(write(client, "", 0));
    T(close(client));
    T(read(server, bytes, sizeof bytes));
    T(close(server));
    T(read(server, bytes, sizeof bytes));
    T(write(server, bytes, 1));
    return 0;
}
