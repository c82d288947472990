// Waits for locks that only the program itself could release.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

static const char *deadlock(int result) { return result == -1 && errno == EDEADLK ? "deadlock" : "something else"; }

int main(void) {
    const char *file = "waits-for-itself";
    int a = open(file, O_CREAT | O_RDWR, 0666), b = open(file, O_RDWR);
    unlink(file);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(a, F_OFD_SETLK, &lock) || flock(a, LOCK_EX)) return 1;
    printf("%s, ", deadlock(fcntl(b, F_SETLKW, &lock)));
    printf("%s, ", deadlock(fcntl(b, F_OFD_SETLKW, &lock)));
    printf("%s\n", deadlock(flock(b, LOCK_EX)));
    return 0;
}
