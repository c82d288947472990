// For programs that make every call on a socket in every state: the calls, and what is printed of each.
#pragma once
#include "sockets.h"

struct state {
    const char *name;
    int (*make)(void);
};

struct call {
    const char *name;
    int (*call)(int);
};

#define STATE(name) {#name, name}
#define CALL(name) {#name, name}

// A state that another one has become by shutdown.
#define SHUT(name, state, how)  \
    static int name(void) {     \
        int fd = state();       \
        shutdown(fd, how);      \
        return fd;              \
    }

// No address: it ends a connection where there is one.
#define NOWHERE &(struct sockaddr){.sa_family = AF_UNSPEC}, sizeof(struct sockaddr)

#define SHARED __attribute__((unused)) static

SHARED char byte;

SHARED int own_name(int fd) {
    address_t name;
    socklen_t len = sizeof name;
    int result = getsockname(fd, &name.any, &len);
    if (result == 0) printf("[%s] ", text_of(&name));
    return result;
}

SHARED int peer_name(int fd) {
    address_t name;
    socklen_t len = sizeof name;
    return getpeername(fd, &name.any, &len);
}

SHARED int bind_it(int fd) {
    address_t any = loopback(AF_INET, 0);
    return bind(fd, AT(any));
}

SHARED int connect_it_to_ip(int fd) {
    address_t one = loopback(AF_INET, 1);
    return connect(fd, AT(one));
}

SHARED int connect_nowhere(int fd) { return connect(fd, NOWHERE); }
SHARED int listen_it(int fd) { return listen(fd, 4); }

SHARED int accept_it(int fd) {
    int new = accept(fd, NULL, NULL);
    return new < 0 ? new : close(new);
}

SHARED int shut_rd(int fd) { return shutdown(fd, SHUT_RD); }
SHARED int shut_wr(int fd) { return shutdown(fd, SHUT_WR); }
SHARED int shut_both(int fd) { return shutdown(fd, SHUT_RDWR); }
SHARED int shut_wrongly(int fd) { return shutdown(fd, 99); }
SHARED int send_it(int fd) { return send(fd, "x", 1, MSG_NOSIGNAL); }
SHARED int receive(int fd) { return recv(fd, &byte, 1, 0); }
SHARED int peek(int fd) { return recv(fd, &byte, 1, MSG_PEEK); }

SHARED int waiting(int fd) {
    int count = -2, result = ioctl(fd, FIONREAD, &count);
    return result ? result : count;
}

SHARED int at_mark(int fd) { return sockatmark(fd); }

SHARED int pending_error(int fd) {
    int value = int_option(fd, SOL_SOCKET, SO_ERROR);
    if (value > 0) printf("[%s] ", errno_name(value));
    return value > 0 ? 1 : value;
}

SHARED int set_switch(int fd) { return setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int)); }
SHARED int set_hops(int fd) { return setsockopt(fd, IPPROTO_IP, IP_TTL, &(int){33}, sizeof(int)); }
SHARED int get_hops(int fd) { return int_option(fd, IPPROTO_IP, IP_TTL); }
SHARED int is_listening(int fd) { return int_option(fd, SOL_SOCKET, SO_ACCEPTCONN); }

// Lets everything under way come to its end, so that poll says the same each time. Of a socket that was shut down, poll
// says so at once, also while it connects.
SHARED void settle(int fd) {
    for (int i = 0; i < 50; i++) {
        struct pollfd it = {.fd = fd, .events = POLLOUT};
        int ready = poll(&it, 1, 20);
        if (it.revents & POLLOUT || is_listening(fd) == 1) return;
        if (ready != 0) nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    }
}

// Makes the call, and closes whatever the state has opened.
SHARED void try(const struct state *state, const struct call *call) {
    int first = MUST(dup(3));
    MUST(close(first));
    int fd = state->make();
    printf("%s: %s ", state->name, call->name);
    int result = call->call(fd);
    printf("= %d %s", result, result == -1 ? errno_name(errno) : "");
    if (is_listening(fd) == 0) settle(fd);
    struct pollfd it = {.fd = fd, .events = POLLIN | POLLOUT};
    poll(&it, 1, 0);
    int pending = int_option(fd, SOL_SOCKET, SO_ERROR);
    printf(", poll %s, pending %s", events_text(it.revents), errno_name(pending));
    printf(", receive %d", receive(fd));
    printf(", %s\n", peer_name(fd) ? errno_name(errno) : "has a peer");
    for (int opened = first; opened < first + 6; opened++) close(opened);
}
