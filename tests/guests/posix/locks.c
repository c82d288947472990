// Locks of fcntl, flock and lockf between the open file descriptions of one process.
#include "sockets.h"
#include <sys/file.h>

static struct flock lock(int type, off_t start, off_t len) {
    return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len};
}

static const char *name_of_type(int type) {
    return type == F_RDLCK ? "shared" : type == F_WRLCK ? "exclusive" : type == F_UNLCK ? "none" : "unknown";
}

// A call of fcntl, and the answer to those that ask.
static int call(const char *what, int fd, int command, int type, off_t start, off_t len) {
    struct flock asked = lock(type, start, len);
    int result = trace(what, fcntl(fd, command, &asked));
    if (result == 0 && (command == F_GETLK || command == F_OFD_GETLK)) {
        const char *holder = asked.l_pid == getpid() ? "this process" : asked.l_pid == -1 ? "a description" : "nobody";
        printf("  %s from %lld, %lld bytes, of %s\n", name_of_type(asked.l_type), (long long)asked.l_start,
               (long long)asked.l_len, holder);
    }
    return result;
}

#define L(fd, command, type, start, len) \
    call(#fd ", " #command ", " #type ", " #start ", " #len, fd, command, type, start, len)

static void descriptions(int a, int b) {
    printf("descriptions\n");
    L(a, F_OFD_SETLK, F_WRLCK, 10, 10);
    L(b, F_OFD_SETLK, F_RDLCK, 19, 1);
    L(b, F_OFD_SETLK, F_RDLCK, 20, 5);
    L(b, F_OFD_GETLK, F_WRLCK, 0, 0);
    L(a, F_OFD_GETLK, F_WRLCK, 0, 0);
    L(a, F_OFD_GETLK, F_RDLCK, 0, 0);
    L(a, F_OFD_GETLK, F_UNLCK, 0, 0);
    L(b, F_OFD_GETLK, F_UNLCK, 0, 20);

    printf("split, and asked for from both sides\n");
    L(a, F_OFD_SETLK, F_UNLCK, 13, 2);
    L(b, F_OFD_GETLK, F_RDLCK, 0, 0);
    L(b, F_OFD_GETLK, F_RDLCK, 13, 0);
    L(b, F_OFD_SETLKW, F_WRLCK, 13, 2);
    L(a, F_OFD_GETLK, F_RDLCK, 0, 20);

    printf("down and up\n");
    L(a, F_OFD_SETLK, F_RDLCK, 10, 3);
    L(b, F_OFD_SETLK, F_RDLCK, 12, 1);
    L(a, F_OFD_SETLK, F_WRLCK, 10, 3);
    L(a, F_OFD_SETLK, F_WRLCK, 10, 2);
    L(b, F_OFD_GETLK, F_RDLCK, 0, 0);

    printf("adjacent ones become one\n");
    L(b, F_OFD_SETLK, F_UNLCK, 0, 0);
    L(a, F_OFD_SETLK, F_WRLCK, 12, 3);
    L(b, F_OFD_GETLK, F_RDLCK, 0, 0);

    printf("those of the process\n");
    L(b, F_SETLK, F_RDLCK, 10, 1);
    L(b, F_SETLK, F_WRLCK, 30, 0);
    L(a, F_SETLK, F_RDLCK, 40, 5);
    L(a, F_GETLK, F_WRLCK, 0, 0);
    L(b, F_GETLK, F_WRLCK, 20, 0);
    L(b, F_OFD_GETLK, F_RDLCK, 20, 0);
    L(b, F_OFD_GETLK, F_WRLCK, 40, 0);
    L(b, F_OFD_GETLK, F_WRLCK, 45, 0);
}

static void ends(int a, int b) {
    printf("gone at any close of the file, but not those of descriptions\n");
    L(a, F_SETLK, F_WRLCK, 100, 1);
    L(a, F_OFD_SETLK, F_WRLCK, 200, 1);
    T(flock(a, LOCK_SH));
    int c = T(open("locked", O_RDONLY));
    L(b, F_OFD_GETLK, F_WRLCK, 100, 0);
    T(close(c));
    L(b, F_OFD_GETLK, F_WRLCK, 100, 0);

    printf("a description goes with its last number\n");
    int copy = T(dup(a));
    L(copy, F_OFD_SETLK, F_WRLCK, 201, 1);
    T(close(a));
    L(b, F_OFD_GETLK, F_WRLCK, 100, 0);
    T(flock(b, LOCK_EX | LOCK_NB));
    L(b, F_SETLK, F_WRLCK, 100, 1);
    T(dup2(b, copy));
    L(b, F_OFD_GETLK, F_WRLCK, 0, 0);
    T(flock(b, LOCK_EX | LOCK_NB));
    T(close(copy));
    c = T(open("locked", O_RDWR));
    T(flock(c, LOCK_SH | LOCK_NB));
    T(close(c));
}

static void whole_files(int a, int b) {
    printf("flock\n");
    int copy = T(dup(a));
    T(flock(a, LOCK_EX));
    T(flock(copy, LOCK_EX));
    T(flock(b, LOCK_SH | LOCK_NB));
    T(flock(copy, LOCK_SH | LOCK_NB));
    T(flock(b, LOCK_SH | LOCK_NB));
    printf("whoever fails to get more loses what it had\n");
    T(flock(a, LOCK_EX | LOCK_NB));
    T(flock(b, LOCK_EX | LOCK_NB));
    T(flock(a, LOCK_SH | LOCK_NB));
    T(flock(b, LOCK_UN | LOCK_NB));
    T(flock(a, LOCK_SH | LOCK_NB));
    T(flock(a, LOCK_UN));
    T(flock(a, LOCK_UN));
    T(flock(a, 0));
    T(flock(a, LOCK_SH | LOCK_EX));
    T(flock(NOFD, LOCK_SH));
    T(flock(3, LOCK_EX));
    T(flock(3, LOCK_UN));
    T(close(copy));
}

static void sections(int a, int b) {
    printf("lockf\n");
    T(lseek(a, 50, SEEK_SET));
    T(lockf(a, F_LOCK, 10));
    T(lockf(a, F_TEST, 10));
    L(b, F_OFD_GETLK, F_RDLCK, 0, 0);
    T(lockf(a, F_TLOCK, -10));
    L(b, F_OFD_GETLK, F_RDLCK, 0, 0);
    T(lockf(a, F_ULOCK, 0));
    L(b, F_OFD_GETLK, F_RDLCK, 0, 0);
    L(b, F_OFD_SETLK, F_RDLCK, 55, 1);
    T(lockf(a, F_TLOCK, 10));
    T(lockf(a, F_TLOCK, 5));
    T(lockf(a, F_TEST, 10));
    L(b, F_OFD_SETLK, F_WRLCK, 55, 1);
    T(lockf(a, F_TEST, 10));
    T(lockf(a, 77, 0));
    T(lockf(NOFD, F_TEST, 0));
    L(b, F_OFD_SETLK, F_UNLCK, 0, 0);
    L(b, F_SETLK, F_UNLCK, 0, 0);
}

static void wrong(int a) {
    printf("what cannot be\n");
    int reader = T(open("locked", O_RDONLY)), writer = T(open("locked", O_WRONLY));
    L(reader, F_SETLK, F_WRLCK, 0, 0);
    L(reader, F_SETLK, F_RDLCK, 0, 0);
    L(writer, F_OFD_SETLK, F_RDLCK, 0, 0);
    L(writer, F_SETLKW, F_WRLCK, 0, 0);
    L(writer, F_GETLK, F_RDLCK, 0, 0);
    L(a, F_SETLK, 17, 0, 0);
    L(a, F_GETLK, F_UNLCK, 0, 0);
    L(a, F_SETLK, F_RDLCK, -1, 0);
    L(a, F_SETLK, F_RDLCK, 5, -6);
    L(a, F_SETLK, F_RDLCK, 5, -5);
    L(a, F_SETLK, F_RDLCK, 5, INT64_MIN);
    L(a, F_SETLK, F_RDLCK, INT64_MAX, 1);
    L(a, F_SETLK, F_RDLCK, INT64_MAX, 2);
    L(a, F_OFD_GETLK, F_WRLCK, 0, 0);
    L(NOFD, F_SETLK, F_RDLCK, 0, 0);
    L(NOFD, F_GETLK, F_RDLCK, 0, 0);
    struct flock other = lock(F_RDLCK, 0, 0);
    other.l_whence = 9;
    T(fcntl(a, F_SETLK, &other));
    other.l_whence = SEEK_END;
    other.l_start = -2;
    T(fcntl(a, F_OFD_SETLK, &other));
    L(writer, F_OFD_GETLK, F_WRLCK, 0, 0);
    other.l_pid = 1;
    T(fcntl(a, F_OFD_SETLK, &other));
    T(fcntl(a, F_OFD_GETLK, &other));
    T(fcntl(a, F_SETLK, &other));
    T(lseek(a, 3, SEEK_SET));
    other.l_whence = SEEK_CUR;
    other.l_start = INT64_MAX;
    T(fcntl(a, F_SETLK, &other));
    T(fcntl(a, F_SETLK, NULL));
    T(close(reader));
    T(close(writer));
}

int main(void) {
    int a = T(open("locked", O_CREAT | O_RDWR | O_TRUNC, 0666)), b = T(open("locked", O_RDWR));
    T(write(a, "twenty bytes of text", 20));
    descriptions(a, b);
    ends(a, b);
    T(close(b));
    a = T(open("locked", O_RDWR)), b = T(open("locked", O_RDWR));
    whole_files(a, b);
    sections(a, b);
    wrong(a);
    int other = T(open("other", O_CREAT | O_RDWR, 0666));
    L(other, F_SETLK, F_WRLCK, 0, 0);
    L(other, F_OFD_GETLK, F_WRLCK, 0, 0);
    L(a, F_OFD_GETLK, F_WRLCK, 40, 0);
    unlink("locked");
    unlink("other");
    return 0;
}
