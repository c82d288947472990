// Programs that want one lock: `rivals hold|trap|try KIND FILE`, where KIND is process, description or whole.
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

// Locks five bytes, or the whole file.
static bool lock(const char *kind, int file) {
    if (!strcmp(kind, "whole")) return !flock(file, LOCK_EX | LOCK_NB);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 5};
    return !fcntl(file, strcmp(kind, "process") ? F_OFD_SETLK : F_SETLK, &lock);
}

// Tells of the lock on bytes that rules out a shared one, whatever the kind.
static void find(int file) {
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
    if (fcntl(file, F_GETLK, &lock)) printf("cannot ask, ");
    else if (lock.l_type == F_UNLCK) printf("no bytes, ");
    else printf("%lld bytes from %lld, ", (long long)lock.l_len, (long long)lock.l_start);
}

int main(int argc, char **argv) {
    if (argc != 4) return 99;
    int file = open(argv[3], O_CREAT | O_RDWR, 0666);
    if (file < 0) return 98;
    find(file);
    bool locked = lock(argv[2], file);
    printf("%s\n", locked ? "locked" : errno == EAGAIN ? "taken" : strerror(errno));
    fflush(stdout);
    if (!strcmp(argv[1], "trap")) __builtin_trap();
    if (!strcmp(argv[1], "hold")) sleep(60);
    return 0;
}
