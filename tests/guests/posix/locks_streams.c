// Locks on the standard streams, which are pipes here: each is a file of its own, without a position.
#include "sockets.h"
#include <sys/file.h>

static int call(int fd, int command, int type, int whence, off_t start, off_t len) {
    struct flock lock = {.l_type = type, .l_whence = whence, .l_start = start, .l_len = len};
    int result = fcntl(fd, command, &lock);
    if (result == 0 && command == F_OFD_GETLK && lock.l_type != F_UNLCK) {
        printf("of %s from %lld, %lld bytes\n", lock.l_pid == getpid() ? "this process" : "a description",
               (long long)lock.l_start, (long long)lock.l_len);
    }
    return result;
}

int main(void) {
    int copy = T(dup(1));
    printf("of the process, gone at any close\n");
    T(call(1, F_SETLK, F_WRLCK, SEEK_SET, 5, 5));
    T(call(2, F_SETLK, F_WRLCK, SEEK_CUR, 7, 0));
    T(call(1, F_OFD_GETLK, F_RDLCK, SEEK_SET, 0, 0));
    T(call(2, F_OFD_GETLK, F_RDLCK, SEEK_END, 0, 0));
    T(call(copy, F_OFD_SETLK, F_WRLCK, SEEK_SET, 9, 1));
    T(close(copy));
    T(call(1, F_OFD_SETLK, F_WRLCK, SEEK_SET, 9, 1));
    T(call(2, F_OFD_GETLK, F_RDLCK, SEEK_SET, 0, 0));

    printf("only what it can do\n");
    T(call(0, F_SETLK, F_RDLCK, SEEK_SET, 0, 0));
    T(call(0, F_SETLK, F_WRLCK, SEEK_SET, 0, 0));
    T(call(1, F_SETLK, F_RDLCK, SEEK_SET, 0, 0));
    T(call(1, F_SETLK, F_WRLCK, SEEK_CUR, -1, 0));

    printf("of the description\n");
    copy = T(dup(0));
    T(flock(0, LOCK_EX));
    T(flock(1, LOCK_EX | LOCK_NB));
    T(flock(copy, LOCK_EX | LOCK_NB));
    T(close(0));
    T(call(copy, F_OFD_SETLK, F_RDLCK, SEEK_CUR, 1, 1));
    T(call(copy, F_OFD_GETLK, F_UNLCK, SEEK_SET, 0, 0));
    T(lockf(2, F_TLOCK, 10));
    T(lockf(2, F_TEST, 10));
    T(lockf(copy, F_TLOCK, 10));
    return 0;
}
