// Locks on devices, each of which is a file.
#include "sockets.h"
#include <sys/file.h>

int main(void) {
    int null = MUST(open("/dev/null", O_RDWR)), again = MUST(open("/dev/null", O_RDONLY));
    int zero = MUST(open("/dev/zero", O_RDWR)), copy = MUST(dup(null));
    T(flock(null, LOCK_EX | LOCK_NB));
    T(flock(again, LOCK_SH | LOCK_NB));
    T(flock(copy, LOCK_SH | LOCK_NB));
    T(flock(again, LOCK_SH | LOCK_NB));
    T(flock(zero, LOCK_EX | LOCK_NB));
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_END, .l_start = 3, .l_len = 4};
    T(fcntl(null, F_OFD_SETLK, &lock));
    T(fcntl(again, F_SETLK, &lock));
    lock.l_type = F_RDLCK;
    T(fcntl(again, F_SETLK, &lock));
    T(fcntl(again, F_GETLK, &lock));
    printf("%lld bytes from %lld of %d\n", (long long)lock.l_len, (long long)lock.l_start, lock.l_pid);
    MUST(close(null));
    T(flock(again, LOCK_EX | LOCK_NB));
    MUST(close(copy));
    T(flock(again, LOCK_EX | LOCK_NB));
    return 0;
}
