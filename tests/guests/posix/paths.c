// Links, names and sizes of files, and the directory that a program is in.
#include "sockets.h"
#include <limits.h>

#define PRINT(call) printf(#call " = %d\n", (int)(call))

static long size_of(const char *path) {
    struct stat stat;
    return lstat(path, &stat) ? -1 : (long)stat.st_size;
}

int main(void) {
    char text[PATH_MAX];
    int fd = MUST(open("file", O_RDWR | O_CREAT, 0666)), closed = dup(fd);
    close(closed);
    MUST(write(fd, "contents", 8));

    T(symlink("file", "to-file"));
    T(symlink("file", "to-file"));
    T(symlink("none", "to-none"));
    T(symlink("circle", "circle"));
    T(readlink("to-file", text, sizeof text));
    printf("%.4s\n", text);
    T(readlink("to-file", text, 2));
    T(readlink("file", text, sizeof text));
    T(readlink("none", text, sizeof text));
    T(link("file", "other"));
    T(link("file", "other"));
    T(link("none", "another"));
    T(link("to-file", "link-to-file"));
    T(readlink("link-to-file", text, sizeof text));
    T(linkat(AT_FDCWD, "to-file", AT_FDCWD, "behind", AT_SYMLINK_FOLLOW));
    T(readlink("behind", text, sizeof text));
    T(size_of("behind"));
    T(linkat(3, "link-to-file", 3, "behind-two", AT_SYMLINK_FOLLOW));
    T(readlink("behind-two", text, sizeof text));
    T(linkat(3, "file", 3, "plain", AT_SYMLINK_FOLLOW));
    T(linkat(3, "to-file", 3, "behind", AT_SYMLINK_FOLLOW));
    T(linkat(3, "to-none", 3, "another", AT_SYMLINK_FOLLOW));
    T(linkat(3, "circle", 3, "another", AT_SYMLINK_FOLLOW));
    T(linkat(3, "none", 3, "another", AT_SYMLINK_FOLLOW));
    T(linkat(3, "", 3, "another", AT_SYMLINK_FOLLOW));
    T(linkat(3, "file", 3, "another", 1 << 20));
    for (const char **name = (const char *[]){"link-to-file", "behind", "behind-two", "plain", NULL}; *name; name++)
        MUST(unlink(*name));
    T(size_of("other"));

    T(truncate("file", 3));
    T(size_of("other"));
    T(truncate("to-file", 5));
    T(size_of("file"));
    T(truncate("none", 3));
    T(truncate("file", -1));
    T(ftruncate(fd, 4));
    T(ftruncate(closed, 4));
    T(ftruncate(fd, -1));
    T(size_of("file"));

    T(access("file", F_OK));
    T(access("file", R_OK | W_OK));
    T(access("none", F_OK));
    T(access("to-none", F_OK));
    T(access("circle", F_OK));
    T(access("file/none", F_OK));
    T(access("file", 99));
    T(access(".", R_OK | W_OK | X_OK));

    MUST(mkdir("dir", 0777));
    char *root = realpath(".", NULL);
    PRINT(root && getcwd(text, sizeof text) && !strcmp(root, text));
    T(chdir("dir"));
    PRINT(getcwd(text, sizeof text) && !strncmp(root, text, strlen(root)) && !strcmp(strrchr(text, '/'), "/dir"));
    PRINT(getcwd(text, 1) == NULL && errno == ERANGE);
    T(size_of("../file"));
    PRINT(realpath("../to-file", text) && !strcmp(strrchr(text, '/'), "/file"));
    PRINT(realpath("../to-none", text) == NULL && errno == ENOENT);
    PRINT(realpath("../circle", text) == NULL && errno == ELOOP);
    T(chdir("none"));
    T(chdir("../file"));
    T(chdir(".."));
    PRINT(getcwd(text, sizeof text) && !strcmp(root, text));
    T(chdir("./dir//../dir/."));
    PRINT(getcwd(text, sizeof text) && !strcmp(strrchr(text, '/'), "/dir") && strlen(text) == strlen(root) + 4 - !root[1]);
    T(chdir("../dir/.."));
    PRINT(getcwd(text, sizeof text) && !strcmp(root, text));
    MUST(symlink("dir", "to-dir"));
    T(chdir("to-dir"));
    PRINT(getcwd(text, sizeof text) && !strcmp(strrchr(text, '/'), "/dir"));
    T(access("../file", F_OK));
    T(chdir("../to-dir/.."));
    T(access("file", F_OK));
    T(chdir("circle"));
    MUST(unlink("to-dir"));

    T(fsync(fd));
    T(fdatasync(fd));
    T(fsync(closed));
    T(posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL));
    PRINT(posix_fadvise(closed, 0, 0, POSIX_FADV_NORMAL) != 0);
    PRINT(posix_fadvise(fd, 0, 0, 99) != 0);

    T(unlink("other"));
    T(unlink("to-file"));
    T(unlink("to-none"));
    T(unlink("circle"));
    T(unlink("file"));
    T(rmdir("dir"));
    return 0;
}
