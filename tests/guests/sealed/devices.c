//! stdin: "first line\nsecond line\n"
// The devices of /dev, and descriptors by name. It is compiled for Linux, too, and must print the same there.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

// Makes a call, and prints it with its result and its error.
#define T(call) print(#call, (errno = 0, (long)(call)))

static long print(const char *call, long result) {
    printf("%s = %ld%s%s\n", call, result, result < 0 ? ", " : "", result < 0 ? strerror(errno) : "");
    return result;
}

// The same for what gives a descriptor, of which the number is not printed.
#define OPEN(call) opened(#call, (errno = 0, call))

static int opened(const char *call, int fd) {
    printf("%s: %s\n", call, fd < 0 ? strerror(errno) : "open");
    return fd;
}

static const char *const NAMES[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};

static bool all(const unsigned char *bytes, size_t length, unsigned char byte) {
    while (length > 0) if (bytes[--length] != byte) return false;
    return true;
}

static void stat_of(int fd) {
    struct stat by_name = {0}, by_fd = {0};
    T(fstat(fd, &by_fd));
    printf("character device %d, size %d, links %d\n", S_ISCHR(by_fd.st_mode), (int)by_fd.st_size, (int)by_fd.st_nlink);
    T(stat("/dev/zero", &by_name));
    printf("zero %d\n", by_name.st_ino == by_fd.st_ino);
}

static void read_and_write(int fd) {
    static unsigned char bytes[20000];
    memset(bytes, 'x', sizeof bytes);
    long length = T(read(fd, bytes, sizeof bytes));
    printf("zeros %d, untouched %d\n", all(bytes, length, 0), all(bytes, sizeof bytes, 'x'));
    memset(bytes, 'x', sizeof bytes);
    struct iovec parts[] = {{bytes, 10}, {bytes + 100, 0}, {bytes + 20, 9000}};
    T(readv(fd, parts, 3));
    printf("between the parts %d\n", all(bytes + 10, 10, 'x'));
    T(pread(fd, bytes, 8, 1000000));
    T(pread(fd, bytes, 8, -1));
    T(read(fd, bytes, 0));
    T(write(fd, bytes, 100));
    T(write(fd, bytes, 0));
    T(writev(fd, parts, 3));
    T(pwrite(fd, bytes, 100, 1000000));
    T(lseek(fd, 0, SEEK_CUR));
    T(lseek(fd, 12345, SEEK_SET));
    T(lseek(fd, -5, SEEK_SET));
    T(lseek(fd, 7, SEEK_END));
    T(lseek(fd, 0, SEEK_CUR));
}

static void other_calls(int fd, bool random) {
    struct pollfd poll_fd = {fd, POLLIN, 0};
    T(poll(&poll_fd, 1, 1000));
    printf("readable %d\n", !!(poll_fd.revents & POLLIN));
    // Linux says whether it wants more randomness.
    poll_fd.events = random ? POLLIN : POLLOUT;
    T(poll(&poll_fd, 1, 1000));
    T(isatty(fd));
    printf("%s\n", strerror(errno));
    T(ftruncate(fd, 5));
    T(fsync(fd));
    T(fdatasync(fd));
    T((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR);
    T(fcntl(fd, F_SETFL, O_NONBLOCK));
    T((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
}

static void device(const char *name) {
    printf("\n%s\n", name);
    int fd = OPEN(open(name, O_RDWR));
    stat_of(fd);
    read_and_write(fd);
    other_calls(fd, strcmp(name, "/dev/random") == 0);
    T(close(fd));

    char byte = 0;
    fd = OPEN(open(name, O_RDONLY));
    T(write(fd, &byte, 1));
    T(close(fd));
    fd = OPEN(open(name, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0666));
    T(read(fd, &byte, 1));
    T(close(fd));
    OPEN(open(name, O_RDWR | O_CREAT | O_EXCL, 0666));
    OPEN(open(name, O_RDONLY | O_DIRECTORY));
    T(access(name, R_OK));
    char path[64];
    snprintf(path, sizeof path, "%s/", name);
    OPEN(open(path, O_RDONLY));
    OPEN(open(path, O_RDWR | O_CREAT, 0666));
    snprintf(path, sizeof path, "%s/x", name);
    OPEN(open(path, O_RDONLY));
    T(readlink(name, path, sizeof path));
}

static void random_bytes(void) {
    unsigned char first[32] = {0}, second[32] = {0};
    int fd = OPEN(open("/dev/urandom", O_RDONLY));
    T(read(fd, first, sizeof first));
    T(close(fd));
    fd = OPEN(open("/dev/random", O_RDONLY));
    T(read(fd, second, sizeof second));
    T(close(fd));
    printf("zeros %d, the same %d\n", all(first, sizeof first, 0), memcmp(first, second, sizeof first) == 0);
}

static int compare(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }

static void list(const char *name, bool only_known) {
    char *names[64];
    size_t count = 0;
    DIR *directory = opendir(name);
    if (directory == NULL) return (void)printf("no %s: %s\n", name, strerror(errno));
    for (struct dirent *entry; (entry = readdir(directory)) != NULL && count < 64;) {
        bool known = strstr(" . .. null zero full random urandom tty stdin stdout stderr fd ", entry->d_name) != NULL;
        if (!only_known || known) names[count++] = strdup(entry->d_name);
    }
    closedir(directory);
    qsort(names, count, sizeof *names, compare);
    printf("%s:", name);
    for (size_t i = 0; i < count; i++) printf(" %s", names[i]);
    printf("\n");
}

static void descriptors(void) {
    printf("\ndescriptors\n");
    char bytes[64] = "";
    int fd = OPEN(open("/dev/fd/0", O_RDONLY)), other = OPEN(open("/dev/stdin", O_RDONLY));
    T(read(fd, bytes, 6));
    T(read(other, bytes + 6, 5));
    T(close(fd));
    T(read(0, bytes + 11, sizeof bytes - 11));
    T(close(other));
    printf("%s", bytes);
    T(read(0, bytes, sizeof bytes));

    fflush(stdout);
    FILE *out = fopen("/dev/stdout", "w"), *err = fopen("/dev/stderr", "a");
    fprintf(out, "to stdout by name\n");
    fprintf(err, "to stderr by name\n");
    fclose(out);
    fclose(err);
    printf("to stdout still\n");

    int null = OPEN(open("/dev/null", O_WRONLY));
    snprintf(bytes, sizeof bytes, "/dev/fd/%d", null);
    fd = OPEN(open(bytes, O_WRONLY));
    T(write(fd, "lost", 4));
    T(close(null));
    T(write(fd, "lost", 4));
    OPEN(open(bytes, O_WRONLY));
    T(close(fd));

    struct stat status;
    T(stat("/dev/fd/0", &status));
    T(stat("/dev/fd/99", &status));
    T(stat("/dev/fd/00", &status));
    T(stat("/dev/fd/x", &status));
    T(stat("/dev/fd/-1", &status));
    T(stat("/dev/fd/4294967296", &status));
    OPEN(open("/dev/fd/99", O_WRONLY | O_CREAT, 0666));
    OPEN(open("/dev/fd/0/x", O_RDONLY));
    OPEN(open("/dev/fd/0", O_RDONLY | O_DIRECTORY));
    OPEN(open("/dev/fd/0", O_RDONLY | O_CREAT | O_EXCL, 0666));
    OPEN(open("/dev/stdin", O_RDONLY | O_NOFOLLOW));
    T(lstat("/dev/stdin", &status));
    printf("link %d\n", S_ISLNK(status.st_mode));
    T(close(0));
    OPEN(open("/dev/stdin", O_RDONLY));
    T(stat("/dev/stdin", &status));
    OPEN(open("/dev/null", O_RDONLY));
}

static void through_other_directories(void) {
    printf("\nthrough other directories\n");
    struct stat status;
#ifdef __wasi__
    int root = 3; // A C library opens only for reading in a directory that is not preopened.
#else
    int root = open("/", O_RDONLY | O_DIRECTORY);
#endif
    int dev = OPEN(openat(root, "dev", O_RDONLY | O_DIRECTORY));
    int fd = OPEN(openat(root, "dev/full", O_RDWR));
    char byte;
    T(write(fd, "x", 1));
    T(close(fd));
    fd = OPEN(openat(root, "dev/../dev/zero", O_RDWR));
    T(read(fd, &byte, 1));
    T(close(fd));
    T(fstatat(dev, "null", &status, 0));
    printf("character device %d\n", S_ISCHR(status.st_mode));
    T(fstatat(dev, "fd", &status, 0));
    printf("directory %d\n", S_ISDIR(status.st_mode));
}

// Random bytes of the device, and those after them.
static void say_random_bytes(void) {
    unsigned char bytes[64] = {0};
    int fd = OPEN(open("/dev/urandom", O_RDONLY));
    struct iovec parts[] = {{bytes, 5}, {bytes + 5, 27}};
    T(readv(fd, parts, 2));
    T(getentropy(bytes + 32, 32));
    for (size_t i = 0; i < sizeof bytes; i++) printf("%02x", bytes[i]);
    printf("\n");
}

// Asks for a line on the terminal, whatever the standard streams are.
static void ask_on_terminal(void) {
    char line[64] = "";
    int fd = OPEN(open("/dev/tty", O_RDWR));
    T(isatty(fd));
    T(lseek(fd, 0, SEEK_CUR));
    T(pread(fd, line, 1, 0));
    write(fd, "name?\n", 6);
    struct pollfd poll_fd = {fd, POLLIN, 0};
    T(poll(&poll_fd, 1, 10000));
    long length = read(fd, line, sizeof line - 1);
    printf("%ld bytes: %s", length, line);
    T(close(fd));
    T(read(OPEN(open("/dev/tty", O_RDONLY)), line, 4));
    T(write(OPEN(open("/dev/tty", O_WRONLY)), "end\n", 4));
}

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    if (argc > 1 && strcmp(argv[1], "random") == 0) return say_random_bytes(), 0;
    if (argc > 1 && strcmp(argv[1], "terminal") == 0) return ask_on_terminal(), 0;
#ifndef __wasi__
    for (int fd = 3; fd < 256; fd++) close(fd);
    setsid(); // There is no terminal.
#endif
    list("/dev", true);
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) device(NAMES[i]);
    random_bytes();
    OPEN(open("/dev/tty", O_RDWR));
    OPEN(open("/dev/tty", O_RDONLY));
    OPEN(open("/dev/tty", O_WRONLY));
    OPEN(open("/dev/nothing", O_RDONLY));
    descriptors();
    through_other_directories();
}
