// A program without a C library, whose imports are left to the linker.
#include <stddef.h>

struct part { const void *start; size_t len; };
int write(int fd, const struct part *parts, size_t count, size_t *written)
    __asm__("__imported_wasi_snapshot_preview1_fd_write");
_Noreturn void stop(int status) __asm__("__imported_wasi_snapshot_preview1_proc_exit");
int environment(size_t *count, size_t *bytes) __asm__("__imported_wasi_snapshot_preview1_environ_sizes_get");
int reserve(int *fd) __asm__("adapter_open_badfd");
int give_back(int fd) __asm__("adapter_close_badfd");

void _start(void) {
    struct part text = {"small\n", 6};
    size_t written;
    int fd;
#ifdef ENVIRONMENT
    size_t count;
    if (environment(&count, &written) || count != ENVIRONMENT)
        stop(2);
#endif
    if (write(1, &text, 1, &written) || reserve(&fd) || give_back(fd))
        stop(1);
    stop(3);
}
