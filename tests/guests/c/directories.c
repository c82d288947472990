// opendir and its like: listing, rewinding, telling and seeking, making and removing trees.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *names[600];

static int compare(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }

static int list(DIR *dir) {
    int count = 0;
    struct dirent *entry;
    while ((entry = readdir(dir)) != NULL) names[count++] = strdup(entry->d_name);
    qsort(names, count, sizeof *names, compare);
    return count;
}

static void fill_and_remove(void) {
    for (int i = 0; i < 500; i++) {
        char path[64];
        snprintf(path, sizeof path, "/tree/entry-number-%d", i);
        close(open(path, O_CREAT | O_WRONLY, 0644));
    }
    DIR *dir = opendir("/tree");
    printf("entries %d\n", list(dir));
    printf("first %s last %s\n", names[2], names[501]);
    // Removing while reading, as rm -r does.
    rewinddir(dir);
    struct dirent *entry;
    int removed = 0;
    while ((entry = readdir(dir)) != NULL)
        if (entry->d_name[0] == 'e') removed += unlinkat(dirfd(dir), entry->d_name, 0) == 0;
    printf("removed at least a part %d\n", removed > 0);
    while (removed < 500) {
        closedir(dir);
        dir = opendir("/tree");
        while ((entry = readdir(dir)) != NULL)
            if (entry->d_name[0] == 'e') removed += unlinkat(dirfd(dir), entry->d_name, 0) == 0;
    }
    printf("removed %d\n", removed);
    closedir(dir);
    printf("rmdir %d\n", rmdir("/tree"));
}

int main(void) {
    DIR *dir = opendir("/");
    int count = list(dir);
    for (int i = 0; i < count; i++) printf("%s\n", names[i]);
    rewinddir(dir);
    printf("again %d\n", list(dir) == count);
    closedir(dir);

    int made = mkdir("/tree", 0755);
    printf("mkdir %d\n", made);
    if (made == 0) fill_and_remove();
    printf("rmdir of what is full %d\n", rmdir("/sub"));
    printf("errno %s\n", strerror(errno));
    printf("opendir of a file %d\n", opendir("/hello.txt") == NULL);
    printf("errno %s\n", strerror(errno));

    struct stat stat_buf, link_stat;
    printf("stat %d lstat %d\n", stat("/link", &stat_buf), lstat("/link", &link_stat));
    printf("regular %d link %d\n", S_ISREG(stat_buf.st_mode), S_ISLNK(link_stat.st_mode));
    char target[64] = {0};
    printf("readlink %zd %s\n", readlink("/link", target, sizeof target), target);
    printf("symlink %d link %d\n", symlink("hello.txt", "/new-link"), link("/hello.txt", "/new-hard"));
    printf("chdir %d, then %d\n", chdir("/sub"), access("inner.txt", F_OK));
    char cwd[64];
    printf("cwd %s\n", getcwd(cwd, sizeof cwd));
    return 0;
}
