// Temporary files and directories.
#include "sockets.h"
#include <ctype.h>

// The name without its random letters, if these are letters, digits or underscores.
static const char *masked(char *name, size_t suffix) {
    for (char *letter = name + strlen(name) - suffix - 6; letter < name + strlen(name) - suffix; letter++)
        *letter = isalnum((unsigned char)*letter) || *letter == '_' ? '?' : '!';
    return name;
}

int main(void) {
    MUST(mkdir("dir", 0777));
    char name[] = "dir/fileXXXXXX", other[] = "dir/fileXXXXXX";
    int fd = mkstemp(name);
    printf("%d\n", fd >= 0);
    T(write(fd, "text", 4));
    T(lseek(fd, 0, SEEK_SET));
    char text[9] = "";
    T(read(fd, text, 8));
    printf("%s, mode %o, %d\n", text, fcntl(fd, F_GETFL) & (O_ACCMODE & ~O_RDWR), fcntl(mkstemp(other), F_GETFD));
    printf("%d\n", strcmp(name, other) != 0);
    T(access(name, F_OK));
    T(unlink(name));
    T(unlink(other));
    printf("%s\n", masked(name, 0));

    char free_name[] = "dir/XXXXXX", wrong[] = "dir/XXXXX", nowhere[] = "none/XXXXXX";
    printf("%d\n", mktemp(free_name) == free_name);
    T(access(free_name, F_OK));
    printf("%s\n", masked(free_name, 0));
    printf("%d\n", !*mktemp(wrong));
    printf("%d\n", mktemp(nowhere) == nowhere);
    char place[L_tmpnam];
    printf("%d %d\n", tmpnam(place) == place, strncmp(place, "/tmp/", 5) == 0);
    char *own = tmpnam(NULL);
    printf("%d %d\n", own && own != place, own && strcmp(own, place) != 0);

    char with_suffix[] = "dir/a-XXXXXX.txt";
    fd = mkstemps(with_suffix, 4);
    printf("%d\n", fd >= 0);
    T(unlink(with_suffix));
    printf("%s\n", masked(with_suffix, 4));
    char more[] = "dir/XXXXXXXXX";
    fd = mkostemps(more, 0, 0);
    printf("%d %d\n", fd >= 0, (fcntl(fd, F_GETFL) & O_APPEND) != 0);
    T(unlink(more));
    memset(more + 4, 'X', 9);
    fd = mkostemp(more, O_APPEND);
    printf("%d %d\n", fd >= 0, (fcntl(fd, F_GETFL) & O_APPEND) != 0);
    T(unlink(more));
    printf("%s\n", masked(more, 0));

    char bad[] = "dir/fileXXXXX", none[] = "none/XXXXXX", short_one[] = "XXXXX";
    T(mkstemp(bad));
    T(mkstemp(short_one));
    T(mkstemps(with_suffix, 4));
    T(mkstemps(bad, 100));
    T(mkstemp(none));

    char directory[] = "dir/dXXXXXX";
    printf("%d\n", mkdtemp(directory) == directory);
    struct stat stat_of;
    T(stat(directory, &stat_of));
    printf("%d\n", S_ISDIR(stat_of.st_mode));
    T(rmdir(directory));
    printf("%s\n", masked(directory, 0));
    errno = 0;
    printf("%d", mkdtemp(bad) == NULL);
    printf(" %s\n", strerror(errno));
    T(rmdir("dir"));
}
