// Many buffers at once in files, and a length that is larger than any result.
#include "sockets.h"
#include <limits.h>

int main(void) {
    char a[4] = "", b[8] = "";
    struct iovec out[] = {{"one", 3}, {"", 0}, {"four", 4}}, in[] = {{a, 3}, {b, 7}};
    struct iovec huge[] = {{a, sizeof a}, {b, (size_t)SSIZE_MAX + 1}};
    volatile int below_zero = -1;
    int fd = MUST(open("file", O_RDWR | O_CREAT, 0666));
    T(writev(fd, out, 3));
    T(pwritev(fd, out + 2, 1, 7));
    T(lseek(fd, 0, SEEK_SET));
    T(readv(fd, in, 2));
    printf("%s %s\n", a, b);
    T(preadv(fd, in, 1, 8));
    printf("%s\n", a);
    T(readv(fd, huge, 2));
    T(writev(fd, huge, 2));
    T(preadv(fd, huge, 2, 0));
    T(pwritev(fd, huge, 2, 0));
    T(readv(fd, in, below_zero));
    T(writev(fd, out, below_zero));
    T(readv(fd, in, 0));
    struct stat stat;
    MUST(fstat(fd, &stat));
    printf("%d\n", (int)stat.st_size);
    T(unlink("file"));
}
