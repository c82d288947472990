// A library that locks a file, in one of three ways: with `process`, `description` and `whole` lock of `rivals.c`.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

static int file = -1;

static int set(int kind, int type) {
    if (file < 0) file = open("file", O_CREAT | O_RDWR, 0666);
    if (kind == 2) return !flock(file, type == F_WRLCK ? LOCK_EX | LOCK_NB : LOCK_UN);
    struct flock lock = {.l_type = (short)type, .l_whence = SEEK_SET, .l_start = 10, .l_len = 5};
    return !fcntl(file, kind ? F_OFD_SETLK : F_SETLK, &lock);
}

__attribute__((export_name("lock"))) int lock(int kind) { return set(kind, F_WRLCK); }

__attribute__((export_name("unlock"))) int unlock(int kind) { return set(kind, F_UNLCK); }
