// Shared by the probes: every preview1 call is printed as it is in the source, with the name of its errno, so that
// two hosts can be compared line by line.
#pragma once
#include "preview1.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef UNSTABLE
// Start and exit code of the C library imports preview1. So probes are built as libraries, with their own start.
#define exit(code) p1_proc_exit(code)
int main(void);
__attribute__((export_name("_start"))) void start(void) {
    int code = main();
    if (code != 0) exit(code);
}
#endif

// The descriptor for lines; a probe that closes descriptor 1 sets it to 2.
static uint32_t probe_out = 1;

__attribute__((format(printf, 1, 2), unused)) static void say(const char *format, ...) {
    static char line[4096];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(line, sizeof line - 1, format, args);
    va_end(args);
    if (len > (int)sizeof line - 2) len = sizeof line - 2;
    line[len++] = '\n';
    iovec_t iov = {line, (uint32_t)len};
    uint32_t written;
    if (p1_fd_write(probe_out, &iov, 1, &written) != 0 || written != (uint32_t)len) __builtin_trap();
}

__attribute__((unused)) static const char *errno_name(int32_t value) {
    static const char *const names[] = {
        "SUCCESS", "2BIG", "ACCES", "ADDRINUSE", "ADDRNOTAVAIL", "AFNOSUPPORT", "AGAIN", "ALREADY", "BADF", "BADMSG",
        "BUSY", "CANCELED", "CHILD", "CONNABORTED", "CONNREFUSED", "CONNRESET", "DEADLK", "DESTADDRREQ", "DOM", "DQUOT",
        "EXIST", "FAULT", "FBIG", "HOSTUNREACH", "IDRM", "ILSEQ", "INPROGRESS", "INTR", "INVAL", "IO", "ISCONN", "ISDIR",
        "LOOP", "MFILE", "MLINK", "MSGSIZE", "MULTIHOP", "NAMETOOLONG", "NETDOWN", "NETRESET", "NETUNREACH", "NFILE",
        "NOBUFS", "NODEV", "NOENT", "NOEXEC", "NOLCK", "NOLINK", "NOMEM", "NOMSG", "NOPROTOOPT", "NOSPC", "NOSYS",
        "NOTCONN", "NOTDIR", "NOTEMPTY", "NOTRECOVERABLE", "NOTSOCK", "NOTSUP", "NOTTY", "NXIO", "OVERFLOW", "OWNERDEAD",
        "PERM", "PIPE", "PROTO", "PROTONOSUPPORT", "PROTOTYPE", "RANGE", "ROFS", "SPIPE", "SRCH", "STALE", "TIMEDOUT",
        "TXTBSY", "XDEV", "NOTCAPABLE",
    };
    return value >= 0 && value < (int32_t)(sizeof names / sizeof *names) ? names[value] : "(no errno)";
}

__attribute__((unused)) static const char *type_name(uint8_t type) {
    static const char *const names[] = {"unknown", "block", "character", "directory", "regular", "dgram", "stream", "symlink"};
    return type < 8 ? names[type] : "(no type)";
}

// Set by EACH_FD: which kind of descriptor the call is made on.
static const char *probe_where = "";

__attribute__((unused)) static int32_t trace(const char *call, int32_t result) {
    if (*probe_where) say("[%s] %s = %s", probe_where, call, errno_name(result));
    else say("%s = %s", call, errno_name(result));
    return result;
}

// Makes a preview1 call and prints it: T(fd_tell(fd, &position)).
#define T(call) trace(#call, p1_##call)

// Makes a call that must succeed for the probe to go on.
#define MUST(call)                                                          \
    do {                                                                    \
        int32_t must_result = p1_##call;                                    \
        if (must_result != 0) {                                             \
            say("MUST %s = %s", #call, errno_name(must_result));            \
            exit(99);                                                       \
        }                                                                   \
    } while (0)

#define S(literal) (literal), (uint32_t)(sizeof(literal) - 1)
#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof *(array)))

// The first preopen: the fixture directory.
#define DIR 3u
// A number that no probe opens.
#define NOFD 9999u

enum { READ_ONLY = 0, WRITE_ONLY = 1, READ_WRITE = 2 };

static inline uint32_t open_at(uint32_t dir, const char *path, uint32_t oflags, int access, uint32_t fdflags) {
    uint64_t rights = RIGHTS_ANYWAY;
    if (access != WRITE_ONLY) rights |= RIGHTS_TO_READ;
    if (access != READ_ONLY) rights |= RIGHTS_TO_WRITE;
    uint32_t fd = NOFD;
    int32_t result = p1_path_open(dir, SYMLINK_FOLLOW, path, (uint32_t)strlen(path), oflags, rights, RIGHTS_BELOW, fdflags, &fd);
    if (result != 0) {
        say("open %s = %s", path, errno_name(result));
        exit(99);
    }
    return fd;
}

static inline uint32_t open_file(const char *path, uint32_t oflags, int access, uint32_t fdflags) {
    return open_at(DIR, path, oflags, access, fdflags);
}

static inline uint32_t open_dir(const char *path) { return open_at(DIR, path, O_DIRECTORY_, READ_ONLY, 0); }

typedef struct { const char *name; uint32_t fd; } named_fd_t;

// One descriptor of each kind, made anew on each call so that a probe may close or change them.
__attribute__((unused)) static const named_fd_t *each_kind(void) {
    static named_fd_t kinds[] = {
        {"stdin", 0}, {"stdout", 1}, {"stderr", 2}, {"preopen", 3}, {"dir", 0}, {"read", 0}, {"write", 0}, {"append", 0},
        {"both", 0}, {"closed", 0}, {"9999", 9999}, {"2^31", 0x80000000u}, {"-1", 0xffffffffu}, {NULL, 0},
    };
    kinds[4].fd = open_dir("sub");
    kinds[5].fd = open_file("hello.txt", 0, READ_ONLY, 0);
    kinds[6].fd = open_file("scratch-w", O_CREAT_, WRITE_ONLY, 0);
    kinds[7].fd = open_file("scratch-a", O_CREAT_, WRITE_ONLY, APPEND);
    kinds[8].fd = open_file("scratch-rw", O_CREAT_, READ_WRITE, 0);
    kinds[9].fd = open_file("hello.txt", 0, READ_ONLY, 0);
    p1_fd_close(kinds[9].fd);
    return kinds;
}

__attribute__((unused)) static void close_kinds(const named_fd_t *kinds) {
    for (int i = 4; i <= 8; i++) p1_fd_close(kinds[i].fd);
}

// Runs the statement for each kind of descriptor, with `fd` set.
#define EACH_FD(statement)                                                  \
    do {                                                                    \
        const named_fd_t *each_kinds = each_kind();                         \
        for (const named_fd_t *each = each_kinds; each->name; each++) {     \
            uint32_t fd = each->fd;                                         \
            probe_where = each->name;                                       \
            statement;                                                      \
        }                                                                   \
        probe_where = "";                                                   \
        close_kinds(each_kinds);                                            \
    } while (0)

__attribute__((unused)) static void put(uint32_t fd, const char *text) {
    iovec_t iov = {text, (uint32_t)strlen(text)};
    uint32_t n;
    MUST(fd_write(fd, &iov, 1, &n));
}

// Prints bytes as C would write them.
__attribute__((unused)) static const char *quoted(const void *bytes, uint32_t len) {
    static char out[1024];
    char *at = out;
    *at++ = '"';
    for (uint32_t i = 0; i < len && at < out + sizeof out - 8; i++) {
        uint8_t byte = ((const uint8_t *)bytes)[i];
        if (byte == '\n') { *at++ = '\\'; *at++ = 'n'; }
        else if (byte < 32 || byte > 126 || byte == '"' || byte == '\\') at += snprintf(at, 5, "\\x%02x", byte);
        else *at++ = (char)byte;
    }
    *at++ = '"';
    *at = 0;
    return out;
}

// Prints the contents of a file, read through a new descriptor.
__attribute__((unused)) static void show_file(const char *path) {
    static char bytes[512];
    uint32_t fd = open_file(path, 0, READ_ONLY, 0), n = 0;
    iovec_t iov = {bytes, sizeof bytes};
    MUST(fd_pread(fd, &iov, 1, 0, &n));
    filestat_t stat;
    MUST(fd_filestat_get(fd, &stat));
    say("%s: %llu bytes: %s", path, (unsigned long long)stat.size, quoted(bytes, n < 64 ? n : 64));
    p1_fd_close(fd);
}

// A long enough hash to compare big buffers by.
__attribute__((unused)) static unsigned fnv(const void *bytes, uint32_t len) {
    unsigned hash = 2166136261u;
    for (uint32_t i = 0; i < len; i++) hash = (hash ^ ((const uint8_t *)bytes)[i]) * 16777619u;
    return hash;
}

// One event or subscription line, the same for all poll probes.
__attribute__((unused)) static void show_events(const event_t *events, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        say("  event userdata %llu type %u error %s nbytes %llu flags %u", (unsigned long long)events[i].userdata,
            events[i].type, errno_name(events[i].error), (unsigned long long)events[i].nbytes, events[i].flags);
}
