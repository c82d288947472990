// Descriptor numbers: the lowest free one for sockets, pipes and files alike; closing, and what it leaves free.
//! resources: 513
#include "sockets.h"

int main(void) {
    int file, fd, ends[2];
    T(fd = socket(AF_INET, SOCK_STREAM, 0));
    T(file = open("numbers-file", O_CREAT | O_RDWR, 0666));
    T(socket(AF_INET, SOCK_DGRAM, 0));
    T(pipe(ends));
    printf("  %d %d\n", ends[0], ends[1]);
    T(open("numbers-file", O_RDONLY));
    T(close(fd));
    T(open("numbers-file", O_RDONLY));
    T(close(file));
    T(socket(AF_INET6, SOCK_STREAM, 0));
    T(close(4));
    T(close(5));
    T(close(6));
    T(close(6));
    T(socket(AF_INET, SOCK_STREAM, 0));
    T(open("numbers-file", O_RDONLY));
    T(socket(AF_INET, SOCK_STREAM, 0));
    T(close(-1));
    T(close(NOFD));

    // In the place of stdin.
    T(close(0));
    T(socket(AF_INET, SOCK_STREAM, 0));
    struct stat stat;
    T(fstat(0, &stat));
    T(S_ISSOCK(stat.st_mode));
    T(close(0));
    T(open("numbers-file", O_RDONLY));

    // Many, closed in another order.
    int last = -1;
    bool rising = true;
    for (int i = 0; i < 500; i++) {
        int type = i % 3 == 1 ? SOCK_STREAM : SOCK_DGRAM;
        fd = MUST(i % 3 == 0 ? open("numbers-file", O_RDONLY) : socket(AF_INET, type, 0));
        rising = rising && (i == 0 || fd == last + 1);
        last = fd;
    }
    printf("one after the other %d, the last %d\n", rising, last);
    for (int i = last; i > last - 500; i -= 2) MUST(close(i));
    for (int i = last - 1; i > last - 500; i -= 2) MUST(close(i));
    T(socket(AF_INET, SOCK_STREAM, 0));
    return 0;
}
