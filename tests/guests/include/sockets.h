// Shared by the socket programs. Each is plain POSIX, compiled natively and for WASI, and must print the same: every
// call as it stands in the source, with its result and the name of its errno. Port numbers are never printed.
#pragma once
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#ifndef __wasi__
#include <signal.h>
#endif

static const char *errno_name(int value) {
#define NAME(name) \
    case name: return #name
    switch (value) {
        NAME(EACCES); NAME(EADDRINUSE); NAME(EADDRNOTAVAIL); NAME(EAFNOSUPPORT); NAME(EAGAIN); NAME(EALREADY);
        NAME(EBADF); NAME(EBADMSG); NAME(ECHILD); NAME(ECONNABORTED); NAME(ECONNREFUSED); NAME(ECONNRESET); NAME(EDEADLK);
        NAME(EDESTADDRREQ); NAME(EDOM);
        NAME(EEXIST); NAME(EFAULT); NAME(EHOSTUNREACH); NAME(EINPROGRESS); NAME(EINTR); NAME(EINVAL); NAME(EIO);
        NAME(EISCONN); NAME(EISDIR); NAME(ELOOP); NAME(EMFILE); NAME(EMSGSIZE); NAME(ENAMETOOLONG); NAME(ENETDOWN);
        NAME(ENETUNREACH); NAME(ENOBUFS); NAME(ENODEV); NAME(ENOENT); NAME(ENOLCK); NAME(ENOMEM); NAME(ENOPROTOOPT); NAME(ENOSPC); NAME(ENOSYS);
        NAME(ENOTCONN); NAME(ENOTDIR); NAME(ENOTSOCK); NAME(ENOTSUP); NAME(ENOTTY); NAME(ENXIO); NAME(EOVERFLOW);
        NAME(EPERM); NAME(EPIPE); NAME(EPROTO); NAME(EPROTONOSUPPORT); NAME(EPROTOTYPE); NAME(ERANGE); NAME(ESPIPE); NAME(ESRCH);
        NAME(ETIMEDOUT);
        case 0: return "0";
    }
    static char number[32];
    snprintf(number, sizeof number, "errno %d", value);
    return number;
#undef NAME
}

// Makes all programs start alike: descriptor 3 is a directory, all above are free, and a broken pipe is no signal.
__attribute__((constructor)) static void begin(void) {
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
#ifdef __wasi__
    close(open(".", O_RDONLY)); // A program that names no file would have none, and 3 be free.
#else
    for (int fd = 3; fd < 256; fd++) close(fd);
    if (open(".", O_RDONLY | O_DIRECTORY) != 3) abort();
    signal(SIGPIPE, SIG_IGN);
    alarm(60);
#endif
}

__attribute__((unused)) static long trace(const char *call, long result) {
    if (result == -1) printf("%s = -1 %s\n", call, errno_name(errno));
    else printf("%s = %ld\n", call, result);
    return result;
}

// Makes a call and prints it: T(listen(fd, 1)).
#define T(call) trace(#call, (call))

// Makes a call that must succeed for the program to go on.
#define MUST(call)                                                        \
    ({                                                                    \
        long must_result = (call);                                        \
        if (must_result == -1) {                                          \
            printf("MUST %s = -1 %s\n", #call, errno_name(errno));        \
            exit(99);                                                     \
        }                                                                 \
        (int)must_result;                                                 \
    })

#define COUNT(array) (sizeof(array) / sizeof *(array))

// A number that no program opens.
enum { NOFD = 999 };

typedef union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_storage storage;
} address_t;

__attribute__((unused)) static socklen_t length(const address_t *address) {
    return address->any.sa_family == AF_INET6 ? sizeof address->v6 : sizeof address->v4;
}

// The last two arguments of connect, bind and sendto.
#define AT(address) &(address).any, length(&(address))

__attribute__((unused)) static in_port_t port_of(const address_t *address) {
    return ntohs(address->any.sa_family == AF_INET6 ? address->v6.sin6_port : address->v4.sin_port);
}

// An address in numbers, as inet_pton takes it.
__attribute__((unused)) static address_t address_of(const char *text, in_port_t port) {
    address_t address;
    memset(&address, 0, sizeof address);
    if (strchr(text, ':')) {
        address.v6.sin6_family = AF_INET6;
        address.v6.sin6_port = htons(port);
        if (inet_pton(AF_INET6, text, &address.v6.sin6_addr) != 1) abort();
    } else {
        address.v4.sin_family = AF_INET;
        address.v4.sin_port = htons(port);
        if (inet_pton(AF_INET, text, &address.v4.sin_addr) != 1) abort();
    }
    return address;
}

__attribute__((unused)) static address_t loopback(int family, in_port_t port) {
    return address_of(family == AF_INET6 ? "::1" : "127.0.0.1", port);
}

__attribute__((unused)) static address_t name_of(int fd) {
    address_t address;
    memset(&address, 0, sizeof address);
    socklen_t len = sizeof address;
    MUST(getsockname(fd, &address.any, &len));
    return address;
}

// An address without its port, which differs from run to run; that there is one is said.
__attribute__((unused)) static const char *text_of(const address_t *address) {
    static char text[128];
    char host[INET6_ADDRSTRLEN] = "?";
    bool v6 = address->any.sa_family == AF_INET6;
    if (!v6 && address->any.sa_family != AF_INET) return address->any.sa_family == AF_UNSPEC ? "unspecified" : "other";
    inet_ntop(address->any.sa_family, v6 ? (void *)&address->v6.sin6_addr : (void *)&address->v4.sin_addr, host,
              sizeof host);
    snprintf(text, sizeof text, v6 ? "[%s]:%s" : "%s:%s", host, port_of(address) ? "PORT" : "0");
    return text;
}

// A socket bound to a free port of loopback.
__attribute__((unused)) static int bound(int family, int type) {
    int fd = MUST(socket(family, type, 0));
    address_t address = loopback(family, 0);
    MUST(bind(fd, AT(address)));
    return fd;
}

__attribute__((unused)) static int listener(int family) {
    int fd = bound(family, SOCK_STREAM);
    MUST(listen(fd, 8));
    return fd;
}

// A socket bound to a port that nobody gets who does not ask for it, so that it stays free while the program lets go of it.
// Linux gives those from 32,768 on, and tests/src/port.rs has those below 28,000.
__attribute__((unused)) static int bound_asking(int family, int type) {
    for (;;) {
        uint16_t random;
        MUST(getentropy(&random, sizeof random));
        int fd = MUST(socket(family, type, 0));
        address_t address = loopback(family, 28000 + random % 4000);
        if (type == SOCK_STREAM) MUST(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)));
        if (!bind(fd, AT(address))) return fd;
        if (errno != EADDRINUSE) MUST(bind(fd, AT(address)));
        MUST(close(fd));
    }
}

__attribute__((unused)) static int asking_listener(int family) {
    for (;;) {
        int fd = bound_asking(family, SOCK_STREAM);
        if (!listen(fd, 8)) return fd;
        // Another may be bound there, and listen first.
        if (errno != EADDRINUSE) MUST(listen(fd, 8));
        MUST(close(fd));
    }
}

// A port of loopback that refuses. For TCP it stays bound, so that nobody else gets it.
__attribute__((unused)) static address_t refusing(int family, int type) {
    int fd = type == SOCK_DGRAM ? bound_asking(family, type) : bound(family, type);
    address_t address = name_of(fd);
    if (type == SOCK_DGRAM) MUST(close(fd));
    return address;
}

// A client and the server's end, connected over loopback, blocking.
__attribute__((unused)) static void tcp_pair(int family, int *client, int *server) {
    int listening = listener(family);
    address_t address = name_of(listening);
    *client = MUST(socket(family, SOCK_STREAM, 0));
    MUST(connect(*client, AT(address)));
    *server = MUST(accept(listening, NULL, NULL));
    MUST(close(listening));
}

// Two UDP sockets connected to each other.
__attribute__((unused)) static void udp_pair(int family, int *left, int *right) {
    *left = bound(family, SOCK_DGRAM);
    *right = bound(family, SOCK_DGRAM);
    address_t left_name = name_of(*left), right_name = name_of(*right);
    MUST(connect(*left, AT(right_name)));
    MUST(connect(*right, AT(left_name)));
}

// Waits for what is surely about to happen; a program that waits in vain says so.
__attribute__((unused)) static void await(int fd, short events) {
    struct pollfd it = {.fd = fd, .events = events};
    if (poll(&it, 1, 5000) != 1) printf("waited in vain for descriptor %d\n", fd);
}

// Waits until so many bytes can be read, which may come in several parts.
__attribute__((unused)) static void await_bytes(int fd, int bytes) {
    static char peeked[4096];
    for (int i = 0; i < 2500; i++) {
        if (recv(fd, peeked, sizeof peeked, MSG_PEEK | MSG_DONTWAIT) >= bytes) return;
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    printf("waited in vain for %d bytes\n", bytes);
}

__attribute__((unused)) static const char *events_text(short events) {
    static char text[64];
    static const struct { short bit; const char *name; } names[] = {
        {POLLIN, "IN"}, {POLLOUT, "OUT"}, {POLLERR, "ERR"}, {POLLHUP, "HUP"}, {POLLNVAL, "NVAL"},
    };
    text[0] = 0;
    for (size_t i = 0; i < COUNT(names); i++)
        if (events & names[i].bit) strcat(strcat(text, text[0] ? "|" : ""), names[i].name);
    return text[0] ? text : "none";
}

// Prints the events that poll reports for a descriptor, at once or as soon as there are any.
__attribute__((unused)) static void show_poll(const char *what, int fd, int timeout) {
    struct pollfd it = {.fd = fd, .events = POLLIN | POLLOUT};
    int count = poll(&it, 1, timeout);
    printf("poll %s = %d %s\n", what, count, count == -1 ? errno_name(errno) : events_text(it.revents));
}

// Flags of F_GETFL by name, since their numbers differ.
__attribute__((unused)) static const char *flags_text(int fd) {
    int flags = fcntl(fd, F_GETFL);
    if (flags == -1) return errno_name(errno);
    bool nonblocking = flags & O_NONBLOCK;
    switch (flags & O_ACCMODE) {
        case O_RDONLY: return nonblocking ? "O_RDONLY|O_NONBLOCK" : "O_RDONLY";
        case O_WRONLY: return nonblocking ? "O_WRONLY|O_NONBLOCK" : "O_WRONLY";
        case O_RDWR: return nonblocking ? "O_RDWR|O_NONBLOCK" : "O_RDWR";
    }
    return "no access mode";
}

__attribute__((unused)) static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

__attribute__((unused)) static int int_option(int fd, int level, int option) {
    int value = -2;
    socklen_t len = sizeof value;
    return getsockopt(fd, level, option, &value, &len) == 0 ? value : -1;
}
