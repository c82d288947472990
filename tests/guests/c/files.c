// stdio on files: buffered writing, seeking, reading back, appending, truncating, temporary names.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
    FILE *file = fopen("/out.txt", "w+");
    for (int i = 0; i < 5000; i++) fprintf(file, "line %d\n", i);
    fseek(file, 0, SEEK_END);
    printf("size %ld\n", ftell(file));
    fseek(file, 20, SEEK_SET);
    char line[64];
    fgets(line, sizeof line, file);
    printf("%s", line);
    fseek(file, -9, SEEK_END);
    fgets(line, sizeof line, file);
    printf("%s", line);
    // Reading and writing in turns.
    rewind(file);
    fgets(line, sizeof line, file);
    fseek(file, 0, SEEK_CUR);
    fputs("LINE", file);
    fseek(file, 0, SEEK_CUR);
    fgets(line, sizeof line, file);
    printf("%s", line);
    fclose(file);

    file = fopen("/out.txt", "a");
    fputs("appended\n", file);
    printf("at %ld\n", ftell(file));
    fclose(file);
    struct stat stat_buf;
    printf("stat %d size %lld\n", stat("/out.txt", &stat_buf), (long long)stat_buf.st_size);
    printf("truncate %d\n", truncate("/out.txt", 100));
    stat("/out.txt", &stat_buf);
    printf("size %lld regular %d\n", (long long)stat_buf.st_size, S_ISREG(stat_buf.st_mode));

    printf("missing %d\n", fopen("/missing/x", "r") == NULL);
    printf("errno %s\n", strerror(errno));
    int fd = open("/hello.txt", O_RDONLY);
    printf("write to it %zd\n", write(fd, "x", 1));
    printf("errno %s\n", strerror(errno));
    printf("read %zd\n", read(fd, line, 5));
    printf("lseek %lld\n", (long long)lseek(fd, -2, SEEK_CUR));
    printf("pread %zd %.3s\n", pread(fd, line, 3, 7), line);
    printf("close %d, again %d\n", close(fd), close(fd));
    printf("rename %d\n", rename("/out.txt", "/sub/moved.txt"));
    printf("unlink %d\n", unlink("/empty"));
    printf("access %d %d\n", access("/sub/moved.txt", R_OK), access("/empty", R_OK));
    printf("O_EXCL %d\n", open("/hello.txt", O_CREAT | O_EXCL | O_WRONLY, 0600));
    printf("errno %s\n", strerror(errno));
    return 0;
}
