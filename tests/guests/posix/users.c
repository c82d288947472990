// The one user, owners and permissions of files.
#include "sockets.h"

#define PRINT(call) printf(#call " = %d\n", (int)(call))

int main(void) {
    PRINT(getuid());
    PRINT(geteuid());
    PRINT(getgid());
    PRINT(getegid());
    PRINT(getgroups(0, NULL) >= 0);
    T(getgroups(-1, NULL));
    PRINT(getppid() != getpid());
    T(setuid(0));
    T(setgid(0));
    T(seteuid(0));
    T(setegid(0));

    PRINT(umask(027) == 022);
    PRINT(umask(01234));
    PRINT(umask(022));

    MUST(mkdir("dir", 0777));
    int fd = MUST(open("file", O_RDWR | O_CREAT, 0666)), closed = dup(fd);
    close(closed);
    T(chmod("file", 0644));
    T(chmod("file", 0755));
    T(chmod("dir", 0700));
    T(chmod("none", 0644));
    T(chmod("file/none", 0644));
    T(fchmod(fd, 0600));
    T(fchmod(closed, 0600));
    struct stat copied;
    T(fstat(fd, &copied));
    T(fchmod(fd, copied.st_mode));
    T(chmod("file", copied.st_mode & 0777));
    T(fchmodat(AT_FDCWD, "dir/none", 0600, 0));
    T(fchmodat(AT_FDCWD, "file", 0600, 0));
    T(chown("file", 0, 0));
    T(chown("file", -1, -1));
    T(chown("none", 0, 0));
    T(lchown("file", 0, -1));
    T(fchown(fd, -1, 0));
    T(fchown(closed, 0, 0));
    T(fchownat(AT_FDCWD, "dir", 0, 0, 0));
    struct stat stat;
    T(fstat(fd, &stat));
    PRINT(stat.st_uid == getuid() && stat.st_gid == getgid());

    T(unlink("file"));
    T(rmdir("dir"));
}
