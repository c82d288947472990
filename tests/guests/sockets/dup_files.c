// dup, dup2 and F_DUPFD of files and of stdio: one position under several numbers, output redirected and back.
#include "sockets.h"

static char bytes[64];

static void redirect(int file) {
    fflush(stdout);
    int kept = dup(1);
    dup2(file, 1);
    printf("into the file\n");
    fflush(stdout);
    int result = dup2(kept, 1);
    printf("kept %d, back %d\n", kept, result);
    T(close(kept));
}

int main(void) {
    int file = T(open("dup-file", O_CREAT | O_RDWR | O_TRUNC, 0666));
    T(write(file, "0123456789", 10));
    int copy = T(dup(file)), high = T(fcntl(file, F_DUPFD, 20));
    T(lseek(copy, 2, SEEK_SET));
    T(read(file, bytes, 3));
    T(read(high, bytes + 3, 2));
    printf("  \"%.5s\"\n", bytes);
    T(close(file));
    T(lseek(copy, 0, SEEK_CUR));
    T(lseek(file, 0, SEEK_CUR));
    T(close(copy));
    T(read(high, bytes, sizeof bytes));
    printf("  \"%.3s\"\n", bytes);
    T(open("dup-file", O_RDONLY));
    T(fcntl(high, F_GETFD));
    T(fcntl(high, F_SETFD, FD_CLOEXEC));
    T(fcntl(high, F_GETFD) == FD_CLOEXEC);
    T(dup2(high, 21));
    T(fcntl(21, F_GETFD));
    T(fcntl(high, F_DUPFD_CLOEXEC, 21));
    T(fcntl(22, F_GETFD) == FD_CLOEXEC);
    T(fcntl(21, F_SETFL, O_APPEND));
    T(lseek(high, 0, SEEK_SET));
    T(write(high, "end", 3));
    T(lseek(22, 0, SEEK_CUR));
    redirect(high);
    struct stat stat;
    T(fstat(21, &stat));
    printf("  %d bytes, a file %d\n", (int)stat.st_size, S_ISREG(stat.st_mode));
    T(fstat(3, &stat));
    T(S_ISDIR(stat.st_mode));
    T(fstat(NOFD, &stat));

    // A directory, and names below it.
    int directory = T(dup(3));
    T(close(openat(directory, "dup-file", O_RDONLY)));
    T(close(directory));

    // Sockets and pipes onto files, and files onto those.
    int ends[2];
    T(pipe(ends));
    T(dup2(ends[1], high));
    T(write(high, "by the pipe", 11));
    T(close(ends[1]));
    T(read(ends[0], bytes, sizeof bytes));
    T(dup2(21, ends[0]));
    T(lseek(ends[0], 0, SEEK_END));
    T(write(high, "x", 1));
    int fd = T(socket(AF_INET, SOCK_STREAM, 0));
    T(dup2(22, fd));
    T(fstat(fd, &stat));
    T(S_ISREG(stat.st_mode));
    T(getsockname(fd, NULL, NULL));
    T(dup2(0, fd));
    T(dup2(fd, 0));
    T(dup2(fd, fd));
    T(close(fd));
    T(dup2(fd, 30));
    T(fcntl(30, F_GETFD));
    return 0;
}
