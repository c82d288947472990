// Directories as streams, by descriptor.
#include "sockets.h"
#include <dirent.h>

static void list(const char *what, int fd) {
    DIR *stream = fdopendir(fd);
    if (!stream) {
        printf("%s: %s\n", what, errno_name(errno));
        return;
    }
    int files = 0;
    for (struct dirent *entry; (entry = readdir(stream));) files += entry->d_name[0] != '.';
    printf("%s: %d, by the same number: %d\n", what, files, dirfd(stream) == fd);
    T(closedir(stream));
}

int main(void) {
    int file = MUST(open("file", O_RDWR | O_CREAT, 0666)), pair[2], closed = dup(file);
    close(closed);
    MUST(pipe(pair));
    list("a directory", MUST(open(".", O_RDONLY | O_DIRECTORY)));
    list("a file", file);
    list("a file for writing", MUST(open("file", O_WRONLY)));
    list("a pipe", pair[0]);
    list("a socket", MUST(socket(AF_INET, SOCK_STREAM, 0)));
    list("closed", closed);
    list("never open", NOFD);
    list("no number", -1);
    T(close(file));
    T(unlink("file"));
    return 0;
}
