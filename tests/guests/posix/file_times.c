// Times of files, set in every way.
#include "sockets.h"
#include <utime.h>

static void show(const char *path) {
    struct stat stat;
    MUST(lstat(path, &stat));
    printf("%s: %lld.%09ld %lld.%09ld\n", path, (long long)stat.st_atim.tv_sec, (long)stat.st_atim.tv_nsec,
           (long long)stat.st_mtim.tv_sec, (long)stat.st_mtim.tv_nsec);
}

static bool is_now(const char *path) {
    struct stat stat;
    MUST(lstat(path, &stat));
    return llabs(stat.st_atim.tv_sec - time(NULL)) < 100 && llabs(stat.st_mtim.tv_sec - time(NULL)) < 100;
}

int main(void) {
    int fd = MUST(open("file", O_RDWR | O_CREAT, 0666)), closed = dup(fd);
    close(closed);
    MUST(symlink("file", "to-file"));
    struct timespec exact[] = {{1000000000, 123456789}, {1234567890, 987654321}};
    struct timespec one[] = {{0, UTIME_OMIT}, {5, 6}}, now[] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
    struct timespec wrong[] = {{0, 1000000000}, {0, 0}};
    struct timeval coarse[] = {{1000000001, 123456}, {1234567891, 654321}};
    struct utimbuf whole = {1000000002, 1234567892};

    T(utimensat(AT_FDCWD, "file", exact, 0));
    show("file");
    T(utimensat(AT_FDCWD, "file", one, 0));
    show("file");
    T(utimensat(AT_FDCWD, "to-file", exact, AT_SYMLINK_NOFOLLOW));
    show("to-file");
    show("file");
    T(utimensat(AT_FDCWD, "file", wrong, 0));
    T(utimensat(AT_FDCWD, "none", exact, 0));
    T(futimens(fd, exact));
    show("file");
    T(futimens(closed, exact));
    T(utimes("file", coarse));
    show("file");
    T(utimes("none", coarse));
    T(utime("file", &whole));
    show("file");
    T(utime("none", NULL));
    T(utimensat(AT_FDCWD, "file", now, 0));
    printf("now: %d\n", is_now("file"));
    T(utime("file", &whole));
    T(utimes("file", NULL));
    printf("now: %d\n", is_now("file"));
    T(utime("file", &whole));
    T(utime("file", NULL));
    printf("now: %d\n", is_now("file"));
    T(unlink("to-file"));
    T(unlink("file"));
    return 0;
}
