// Adds one to the number in a file, under a lock.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

// Returns the new number, or -1.
static int count(void) {
    int file = open("count", O_RDWR | O_CREAT, 0644);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (file < 0 || fcntl(file, F_SETLKW, &lock) != 0)
        return -1;
    char text[32] = "";
    if (pread(file, text, sizeof text - 1, 0) < 0)
        return -1;
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    int number = atoi(text) + 1;
    int length = snprintf(text, sizeof text, "%d", number);
    if (pwrite(file, text, length, 0) != length || close(file) != 0)
        return -1;
    return number;
}
