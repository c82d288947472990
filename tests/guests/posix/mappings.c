// Files and zeros in memory.
#include "sockets.h"
#include <sys/mman.h>

// Prints the beginning of a mapping, or the error.
static void map(const char *what, size_t size, int protection, int flags, int fd, off_t offset) {
    char *start = mmap(NULL, size, protection, flags, fd, offset);
    if (start == MAP_FAILED) {
        printf("%s: %s\n", what, errno_name(errno));
        return;
    }
    printf("%s: %.4s\n", what, start);
    T(munmap(start, size));
}

int main(void) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    int fd = MUST(open("file", O_RDWR | O_CREAT, 0666)), write_only = MUST(open("file", O_WRONLY)), closed = dup(fd);
    int read_only = MUST(open("file", O_RDONLY));
    close(closed);
    MUST(write(fd, "text", 4));
    MUST(pwrite(fd, "more", 4, (off_t)page));

    map("private", 100, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    map("two pages", page + 8, PROT_READ, MAP_PRIVATE, read_only, 0);
    map("the second page", 4, PROT_READ, MAP_PRIVATE, fd, (off_t)page);
    map("shared for reading", 100, PROT_READ, MAP_SHARED, fd, 0);
    map("zeros", 100, PROT_READ, MAP_PRIVATE | MAP_ANON, -1, 0);
    map("nothing", 0, PROT_READ, MAP_PRIVATE, fd, 0);
    map("neither private nor shared", 100, PROT_READ, 0, fd, 0);
    map("not at a page", 100, PROT_READ, MAP_PRIVATE, fd, 7);
    map("closed", 100, PROT_READ, MAP_PRIVATE, closed, 0);
    map("not for reading", 100, PROT_READ, MAP_PRIVATE, write_only, 0);
    map("not for writing", 100, PROT_READ | PROT_WRITE, MAP_SHARED, read_only, 0);
    map("no memory", (size_t)-1 - 2 * page, PROT_READ, MAP_PRIVATE, fd, 0);

    char *start = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0), text[5] = "";
    printf("at a page: %d\n", (uintptr_t)start % page == 0);
    memcpy(start, "mine", 4);
    MUST(pread(fd, text, 4, 0));
    printf("%s, %s\n", start, text);
    printf("zeros behind the end: %d\n", !start[page + 4] && !start[2 * page - 1]);
    close(fd);
    printf("%s\n", start + page);
    T(mprotect(start, page, PROT_READ));
    T(mprotect(start, page, PROT_READ | PROT_WRITE));
    T(msync(start, page, MS_SYNC));
    T(madvise(start, page, MADV_SEQUENTIAL));
    T(munmap(start, 0));
    T(munmap(start + 1, page));
    T(munmap(start, page));
    printf("%s\n", start + page);
    T(msync(start, page, MS_SYNC));
    T(munmap(start + page, 1));
    T(unlink("file"));
    return 0;
}
