// The imports of wasi_snapshot_preview1, declared by hand so that a probe passes exactly the numbers it names. With
// UNSTABLE defined they are those of wasi_unstable, which has some other types.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef UNSTABLE
#define MODULE "wasi_unstable"
#define LINKCOUNT uint32_t
#define IDENTIFIER uint64_t identifier;
enum { CUR = 0, END = 1, SET = 2 };
#else
#define MODULE "wasi_snapshot_preview1"
#define LINKCOUNT uint64_t
#define IDENTIFIER
enum { SET = 0, CUR = 1, END = 2 };
#endif

// Either imports as such, or what the C library calls its imports: that a linker can find in a library.
#ifdef LIBRARY
#define PREVIEW1(type, name, ...) type p1_##name(__VA_ARGS__) __asm__("__imported_wasi_snapshot_preview1_" #name)
#else
#define PREVIEW1(type, name, ...)                                                                       \
    __attribute__((import_module(MODULE), import_name(#name))) type p1_##name(__VA_ARGS__)
#endif
#define P1(name, ...) PREVIEW1(int32_t, name, __VA_ARGS__)

typedef struct { const void *buf; uint32_t len; } iovec_t;

typedef struct {
    uint8_t filetype;
    uint16_t flags;
    uint64_t rights_base;
    uint64_t rights_inheriting;
} fdstat_t;

typedef struct {
    uint64_t dev, ino;
    uint8_t filetype;
    LINKCOUNT nlink;
    uint64_t size, atim, mtim, ctim;
} filestat_t;

typedef struct {
    uint64_t next, ino;
    uint32_t namlen;
    uint8_t type;
} dirent_t;

typedef struct { uint8_t tag; uint32_t name_len; } prestat_t;

typedef struct {
    uint64_t userdata;
    uint8_t tag;
    union {
        struct { IDENTIFIER uint32_t id; uint64_t timeout, precision; uint16_t flags; } clock;
        struct { uint32_t fd; } fd;
    };
} subscription_t;

typedef struct {
    uint64_t userdata;
    uint16_t error;
    uint8_t type;
    uint64_t nbytes;
    uint16_t flags;
} event_t;

_Static_assert(sizeof(fdstat_t) == 24 && sizeof(dirent_t) == 24 && sizeof(prestat_t) == 8, "layout");
#ifdef UNSTABLE
_Static_assert(sizeof(filestat_t) == 56 && sizeof(subscription_t) == 56 && sizeof(event_t) == 32, "layout");
#else
_Static_assert(sizeof(filestat_t) == 64 && sizeof(subscription_t) == 48 && sizeof(event_t) == 32, "layout");
#endif

P1(args_get, void *argv, void *buf);
P1(args_sizes_get, void *count, void *size);
P1(environ_get, void *environ, void *buf);
P1(environ_sizes_get, void *count, void *size);
P1(clock_res_get, uint32_t id, void *out);
P1(clock_time_get, uint32_t id, uint64_t precision, void *out);
P1(fd_advise, uint32_t fd, uint64_t offset, uint64_t len, uint32_t advice);
P1(fd_allocate, uint32_t fd, uint64_t offset, uint64_t len);
P1(fd_close, uint32_t fd);
P1(fd_datasync, uint32_t fd);
P1(fd_fdstat_get, uint32_t fd, void *out);
P1(fd_fdstat_set_flags, uint32_t fd, uint32_t flags);
P1(fd_fdstat_set_rights, uint32_t fd, uint64_t base, uint64_t inheriting);
P1(fd_filestat_get, uint32_t fd, void *out);
P1(fd_filestat_set_size, uint32_t fd, uint64_t size);
P1(fd_filestat_set_times, uint32_t fd, uint64_t atim, uint64_t mtim, uint32_t flags);
P1(fd_pread, uint32_t fd, const void *iovs, uint32_t count, uint64_t offset, void *nread);
P1(fd_prestat_get, uint32_t fd, void *out);
P1(fd_prestat_dir_name, uint32_t fd, void *path, uint32_t len);
P1(fd_pwrite, uint32_t fd, const void *iovs, uint32_t count, uint64_t offset, void *nwritten);
P1(fd_read, uint32_t fd, const void *iovs, uint32_t count, void *nread);
P1(fd_readdir, uint32_t fd, void *buf, uint32_t len, uint64_t cookie, void *used);
P1(fd_renumber, uint32_t from, uint32_t to);
P1(fd_seek, uint32_t fd, int64_t offset, uint32_t whence, void *position);
P1(fd_sync, uint32_t fd);
P1(fd_tell, uint32_t fd, void *position);
P1(fd_write, uint32_t fd, const void *iovs, uint32_t count, void *nwritten);
P1(path_create_directory, uint32_t fd, const void *path, uint32_t len);
P1(path_filestat_get, uint32_t fd, uint32_t lookup, const void *path, uint32_t len, void *out);
P1(path_filestat_set_times, uint32_t fd, uint32_t lookup, const void *path, uint32_t len, uint64_t atim, uint64_t mtim,
   uint32_t flags);
P1(path_link, uint32_t fd, uint32_t lookup, const void *path, uint32_t len, uint32_t new_fd, const void *new_path,
   uint32_t new_len);
P1(path_open, uint32_t fd, uint32_t lookup, const void *path, uint32_t len, uint32_t oflags, uint64_t rights,
   uint64_t inheriting, uint32_t fdflags, void *out);
P1(path_readlink, uint32_t fd, const void *path, uint32_t len, void *buf, uint32_t buf_len, void *used);
P1(path_remove_directory, uint32_t fd, const void *path, uint32_t len);
P1(path_rename, uint32_t fd, const void *path, uint32_t len, uint32_t new_fd, const void *new_path, uint32_t new_len);
P1(path_symlink, const void *target, uint32_t target_len, uint32_t fd, const void *path, uint32_t len);
P1(path_unlink_file, uint32_t fd, const void *path, uint32_t len);
P1(poll_oneoff, const void *subscriptions, void *events, uint32_t count, void *nevents);
PREVIEW1(_Noreturn void, proc_exit, uint32_t code);
P1(proc_raise, uint32_t signal);
P1(random_get, void *buf, uint32_t len);
P1(sched_yield, void);
P1(sock_accept, uint32_t fd, uint32_t flags, void *out);
P1(sock_recv, uint32_t fd, const void *iovs, uint32_t count, uint32_t ri_flags, void *nread, void *ro_flags);
P1(sock_send, uint32_t fd, const void *iovs, uint32_t count, uint32_t si_flags, void *nwritten);
P1(sock_shutdown, uint32_t fd, uint32_t how);
// Our adapter's exports beside preview1, for a libc that keeps its own descriptors; no preview1 host has them.
P1(adapter_open_badfd, void *out);
P1(adapter_close_badfd, uint32_t fd);
P1(adapter_duplicate, uint32_t fd, uint32_t least, void *out);
P1(adapter_description, uint32_t fd, void *identity, void *numbers);
P1(adapter_subscribe, uint32_t fd, uint32_t kind, void *out);
P1(adapter_lock_open, uint32_t fd, void *holder);
P1(adapter_lock_close, uint32_t holder);
P1(adapter_lock_range, uint32_t holder, uint32_t kind, uint32_t waits, uint64_t first, uint64_t last);
P1(adapter_lock_find, uint32_t holder, uint32_t kind, uint64_t first, uint64_t last, void *out);
P1(adapter_lock_file, uint32_t holder, uint32_t kind, uint32_t waits);
// And for programs that component makers put together.
PREVIEW1(void, adapter_monotonic_clock_set_paused, uint32_t paused);
PREVIEW1(void, reset_adapter_state, void);

enum { SYMLINK_FOLLOW = 1 };
enum { O_CREAT_ = 1, O_DIRECTORY_ = 2, O_EXCL_ = 4, O_TRUNC_ = 8 };
enum { APPEND = 1, DSYNC = 2, NONBLOCK = 4, RSYNC = 8, SYNC = 16 };
enum { ATIM = 1, ATIM_NOW = 2, MTIM = 4, MTIM_NOW = 8 };
enum { REALTIME = 0, MONOTONIC = 1, PROCESS_CPUTIME = 2, THREAD_CPUTIME = 3 };
enum { RIGHT_READ = 1 << 1, RIGHT_WRITE = 1 << 6, RIGHTS_TO_READ = RIGHT_READ | 1 << 14, RIGHTS_TO_WRITE = RIGHT_WRITE | 1 | 1 << 8 | 1 << 22 };
#define RIGHTS_ALL 0x1fffffffull
// The rights of files below a preopened directory, with which C libraries open. Node refuses more.
#define RIGHTS_BELOW 0x0ff7ffffull
// Of these, what C libraries ask for in any case; the others are for reading or for writing only.
#define RIGHTS_ANYWAY (RIGHTS_BELOW & ~(uint64_t)(RIGHTS_TO_READ | RIGHTS_TO_WRITE))
