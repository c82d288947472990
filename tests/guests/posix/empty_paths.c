// A path without letters leads nowhere.
#include "sockets.h"
#include <dirent.h>
#include <limits.h>
#include <utime.h>

#define NONE(call) printf(#call ": %s\n", (errno = 0, (call) == NULL) ? errno_name(errno) : "something")

int main(void) {
    char text[PATH_MAX];
    struct stat stat_of;
    MUST(close(open("file", O_RDWR | O_CREAT, 0666)));
    T(open("", O_RDONLY));
    T(open("", O_RDWR | O_CREAT, 0666));
    T(openat(AT_FDCWD, "", O_RDONLY));
    T(openat(3, "", O_RDONLY));
    T(stat("", &stat_of));
    T(lstat("", &stat_of));
    T(fstatat(AT_FDCWD, "", &stat_of, 0));
    T(fstatat(3, "", &stat_of, 0));
    T(access("", F_OK));
    T(faccessat(3, "", F_OK, 0));
    T(mkdir("", 0777));
    T(mkdirat(3, "", 0777));
    T(rmdir(""));
    T(unlink(""));
    T(unlinkat(3, "", 0));
    T(unlinkat(3, "", AT_REMOVEDIR));
    T(remove(""));
    T(rename("", "other"));
    T(rename("file", ""));
    T(renameat(3, "file", 3, ""));
    T(link("", "other"));
    T(link("file", ""));
    T(linkat(3, "file", 3, "", 0));
    T(symlink("", "other"));
    T(symlink("file", ""));
    T(symlinkat("file", 3, ""));
    T(readlink("", text, sizeof text));
    T(readlinkat(AT_FDCWD, "", text, sizeof text));
    T(truncate("", 0));
    T(utime("", NULL));
    T(utimes("", NULL));
    T(utimensat(3, "", NULL, 0));
    T(chmod("", 0666));
    T(chown("", (uid_t)-1, (gid_t)-1));
    T(chdir(""));
    NONE(opendir(""));
    NONE(fopen("", "r"));
    NONE(fopen("", "w"));
    NONE(freopen("", "r", stdin));

    // In another directory, too.
    MUST(mkdir("dir", 0777));
    T(chdir("dir"));
    T(open("", O_RDONLY));
    T(stat("", &stat_of));
    T(unlink("../file"));
    T(chdir(".."));
    T(rmdir("dir"));
    T(unlink("file"));
    return 0;
}
