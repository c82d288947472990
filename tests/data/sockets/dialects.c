// One conversation, by the functions of the dialect that DIALECT says: POSIX, WasmEdge's version 1 or 2, or WAMR.

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define POSIX 0
#define WASMEDGE_1 1
#define WASMEDGE_2 2
#define WAMR 3

struct place {
    int v6;
    uint8_t bytes[16];
    uint16_t port;
};

static size_t size_of(const struct place *place) { return place->v6 ? 16 : 4; }

#if DIALECT == POSIX

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

static int error_of(int result) { return result < 0 ? errno : 0; }

static socklen_t to_c(const struct place *place, struct sockaddr_storage *to) {
    memset(to, 0, sizeof *to);
    if (place->v6) {
        struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;
        *v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(place->port)};
        memcpy(&v6->sin6_addr, place->bytes, 16);
        return sizeof *v6;
    }
    struct sockaddr_in *v4 = (struct sockaddr_in *)to;
    *v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(place->port)};
    memcpy(&v4->sin_addr, place->bytes, 4);
    return sizeof *v4;
}

static void from_c(const struct sockaddr_storage *from, struct place *place) {
    place->v6 = from->ss_family == AF_INET6;
    if (place->v6) {
        memcpy(place->bytes, &((struct sockaddr_in6 *)from)->sin6_addr, 16);
        place->port = ntohs(((struct sockaddr_in6 *)from)->sin6_port);
    } else {
        memcpy(place->bytes, &((struct sockaddr_in *)from)->sin_addr, 4);
        place->port = ntohs(((struct sockaddr_in *)from)->sin_port);
    }
}

static int open_socket(int v6, int stream, uint32_t *fd) {
    int new = socket(v6 ? AF_INET6 : AF_INET, stream ? SOCK_STREAM : SOCK_DGRAM, 0);
    *fd = new;
    return error_of(new);
}

static int bind_to(int fd, const struct place *place) {
    struct sockaddr_storage address;
    socklen_t len = to_c(place, &address);
    return error_of(bind(fd, (struct sockaddr *)&address, len));
}

static int connect_to(int fd, const struct place *place) {
    struct sockaddr_storage address;
    socklen_t len = to_c(place, &address);
    return error_of(connect(fd, (struct sockaddr *)&address, len));
}

static int listen_on(int fd) { return error_of(listen(fd, 4)); }

static int accept_one(int fd, uint32_t *peer) {
    int new = accept(fd, NULL, NULL);
    *peer = new;
    return error_of(new);
}

static int send_all(int fd, const char *text, const struct place *to) {
    struct sockaddr_storage address;
    socklen_t len = to_c(to, &address);
    return error_of(sendto(fd, text, strlen(text), 0, (struct sockaddr *)&address, len));
}

static int receive(int fd, char *text, size_t room, int peek, struct place *from, uint32_t *len) {
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    ssize_t received = recvfrom(fd, text, room, peek ? MSG_PEEK : 0, (struct sockaddr *)&address, &size);
    *len = received;
    if (received >= 0) {
        from_c(&address, from);
    }
    return error_of(received);
}

static int local_of(int fd, struct place *place) {
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    int result = getsockname(fd, (struct sockaddr *)&address, &size);
    from_c(&address, place);
    return error_of(result);
}

static int peer_of(int fd, struct place *place) {
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof address;
    int result = getpeername(fd, (struct sockaddr *)&address, &size);
    from_c(&address, place);
    return error_of(result);
}

static int keep_alive(int fd, int *old) {
    socklen_t size = sizeof *old;
    int error = error_of(getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, old, &size));
    return error ? error : error_of(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int)));
}

static int linger(int fd, int *seconds) {
    struct linger value = {.l_onoff = 1, .l_linger = 3};
    socklen_t size = sizeof value;
    int error = error_of(setsockopt(fd, SOL_SOCKET, SO_LINGER, &value, size));
    error = error ? error : error_of(getsockopt(fd, SOL_SOCKET, SO_LINGER, &value, &size));
    *seconds = value.l_onoff ? value.l_linger : -1;
    return error;
}

static int receive_within(int fd, struct timeval time) {
    return error_of(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time));
}

static int look_up(const char *host, const char *service, struct place *place) {
    struct addrinfo *found, hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    if (getaddrinfo(host, service, &hints, &found)) {
        return ENOENT;
    }
    from_c((struct sockaddr_storage *)found->ai_addr, place);
    freeaddrinfo(found);
    return 0;
}

#else

#define IMPORT(name) __attribute__((__import_module__("wasi_snapshot_preview1"), __import_name__(#name))) uint32_t name

struct buffer {
    const void *start;
    size_t len;
};

IMPORT(sock_listen)(int fd, int backlog);

static int listen_on(int fd) { return sock_listen(fd, 4); }

#if DIALECT == WAMR

struct address {
    uint32_t kind;
    union {
        struct {
            uint8_t bytes[4];
            uint16_t port;
        } v4;
        struct {
            uint16_t segments[8];
            uint16_t port;
        } v6;
    };
};

struct info {
    struct address address;
    uint32_t kind;
};

struct hints {
    uint32_t kind, family;
    uint8_t are_enabled;
};

IMPORT(sock_open)(int pool, int family, int kind, uint32_t *fd);
IMPORT(sock_bind)(int fd, struct address *);
IMPORT(sock_connect)(int fd, struct address *);
IMPORT(sock_accept)(int fd, uint32_t *);
IMPORT(sock_addr_local)(int fd, struct address *);
IMPORT(sock_addr_remote)(int fd, struct address *);
IMPORT(sock_addr_resolve)(const char *, const char *, struct hints *, struct info *, size_t room, size_t *count);
IMPORT(sock_send_to)(int fd, struct buffer *, size_t, int flags, struct address *, uint32_t *len);
IMPORT(sock_recv_from)(int fd, struct buffer *, size_t, int flags, struct address *, uint32_t *len);
IMPORT(sock_get_keep_alive)(int fd, uint8_t *);
IMPORT(sock_set_keep_alive)(int fd, int);
IMPORT(sock_get_linger)(int fd, uint8_t *is_on, int *seconds);
IMPORT(sock_set_linger)(int fd, int is_on, int seconds);
IMPORT(sock_set_recv_timeout)(int fd, uint64_t microseconds);

static struct address tagged(const struct place *place) {
    struct address to = {.kind = place->v6};
    if (place->v6) {
        for (int i = 0; i < 8; i++) {
            to.v6.segments[i] = place->bytes[2 * i] << 8 | place->bytes[2 * i + 1];
        }
        to.v6.port = place->port;
    } else {
        memcpy(to.v4.bytes, place->bytes, 4);
        to.v4.port = place->port;
    }
    return to;
}

static void untagged(const struct address *from, struct place *place) {
    place->v6 = from->kind;
    if (place->v6) {
        for (int i = 0; i < 8; i++) {
            place->bytes[2 * i] = from->v6.segments[i] >> 8;
            place->bytes[2 * i + 1] = from->v6.segments[i];
        }
        place->port = from->v6.port;
    } else {
        memcpy(place->bytes, from->v4.bytes, 4);
        place->port = from->v4.port;
    }
}

static int open_socket(int v6, int stream, uint32_t *fd) { return sock_open(-1, v6, stream, fd); }

static int bind_to(int fd, const struct place *place) {
    struct address address = tagged(place);
    return sock_bind(fd, &address);
}

static int connect_to(int fd, const struct place *place) {
    struct address address = tagged(place);
    return sock_connect(fd, &address);
}

static int accept_one(int fd, uint32_t *peer) { return sock_accept(fd, peer); }

static int send_all(int fd, const char *text, const struct place *to) {
    struct buffer buffer = {text, strlen(text)};
    struct address address = tagged(to);
    uint32_t len;
    return sock_send_to(fd, &buffer, 1, 0, &address, &len);
}

static int receive(int fd, char *text, size_t room, int peek, struct place *from, uint32_t *len) {
    struct buffer buffer = {text, room};
    struct address address;
    int error = sock_recv_from(fd, &buffer, 1, peek, &address, len);
    if (!error) {
        untagged(&address, from);
    }
    return error;
}

static int local_of(int fd, struct place *place) {
    struct address address;
    int error = sock_addr_local(fd, &address);
    if (!error) {
        untagged(&address, place);
    }
    return error;
}

static int peer_of(int fd, struct place *place) {
    struct address address;
    int error = sock_addr_remote(fd, &address);
    if (!error) {
        untagged(&address, place);
    }
    return error;
}

static int keep_alive(int fd, int *old) {
    uint8_t value;
    int error = sock_get_keep_alive(fd, &value);
    *old = value;
    return error ? error : sock_set_keep_alive(fd, 1);
}

static int linger(int fd, int *seconds) {
    uint8_t is_on = 0;
    int error = sock_set_linger(fd, 1, 3);
    error = error ? error : (int)sock_get_linger(fd, &is_on, seconds);
    *seconds = is_on ? *seconds : -1;
    return error;
}

static int receive_within(int fd, struct timeval time) {
    return sock_set_recv_timeout(fd, time.tv_sec * 1000000 + time.tv_usec);
}

static int look_up(const char *host, const char *service, struct place *place) {
    struct hints hints = {.kind = 1, .family = 0, .are_enabled = 1};
    struct info infos[4];
    size_t count;
    if (sock_addr_resolve(host, service, &hints, infos, 4, &count) || count == 0) {
        return ENOENT;
    }
    untagged(&infos[0].address, place);
    return 0;
}

#else

struct address {
    uint8_t *start;
    size_t len;
};

struct info_address {
    uint8_t family;
    uint32_t len;
    uint8_t *data;
};

struct info {
    uint16_t flags;
    uint8_t family, kind;
    uint32_t protocol, len;
    struct info_address *address;
    char *name;
    uint32_t name_len;
    struct info *next;
};

IMPORT(sock_open)(int family, int kind, uint32_t *fd);
IMPORT(sock_bind)(int fd, struct address *, uint32_t port);
IMPORT(sock_connect)(int fd, struct address *, uint32_t port);
IMPORT(sock_send_to)(int fd, struct buffer *, size_t, struct address *, uint32_t port, int flags, uint32_t *len);
IMPORT(sock_getsockopt)(int fd, int level, int name, void *, uint32_t *size);
IMPORT(sock_setsockopt)(int fd, int level, int name, const void *, uint32_t size);
IMPORT(sock_getaddrinfo)(const char *, size_t, const char *, size_t, struct info *, struct info **, uint32_t, uint32_t *);
IMPORT(sock_recv_from)(int fd, struct buffer *, size_t, struct address *, int flags, uint32_t *port, uint32_t *len,
                       uint16_t *out);

enum { ROOM = DIALECT == WASMEDGE_1 ? 16 : 128 };

#if DIALECT == WASMEDGE_1
IMPORT(sock_accept)(int fd, uint32_t *);
IMPORT(sock_getlocaladdr)(int fd, struct address *, uint32_t *kind, uint32_t *port);
IMPORT(sock_getpeeraddr)(int fd, struct address *, uint32_t *kind, uint32_t *port);
#else
IMPORT(sock_accept)(int fd, int flags, uint32_t *);
IMPORT(sock_getlocaladdr)(int fd, struct address *, uint32_t *port);
IMPORT(sock_getpeeraddr)(int fd, struct address *, uint32_t *port);
#endif

static void to_bytes(const struct place *place, struct address *to) {
    int offset = 0;
    to->len = size_of(place);
    if (DIALECT == WASMEDGE_2) {
        memcpy(to->start, (uint8_t[]){place->v6 ? 2 : 1, 0}, 2);
        offset = 2;
        to->len = 128;
    }
    memcpy(to->start + offset, place->bytes, size_of(place));
}

// From an address with its family.
static void from_bytes(const struct address *from, uint32_t port, struct place *place) {
    place->v6 = from->start[0] == 2;
    memcpy(place->bytes, from->start + 2, size_of(place));
    place->port = port;
}

static int open_socket(int v6, int stream, uint32_t *fd) { return sock_open(v6 ? 2 : 1, stream ? 2 : 1, fd); }

static int bind_to(int fd, const struct place *place) {
    struct address address = {(uint8_t[128]){0}, 128};
    to_bytes(place, &address);
    return sock_bind(fd, &address, place->port);
}

static int connect_to(int fd, const struct place *place) {
    struct address address = {(uint8_t[128]){0}, 128};
    to_bytes(place, &address);
    return sock_connect(fd, &address, place->port);
}

static int accept_one(int fd, uint32_t *peer) {
#if DIALECT == WASMEDGE_1
    return sock_accept(fd, peer);
#else
    return sock_accept(fd, 0, peer);
#endif
}

static int send_all(int fd, const char *text, const struct place *to) {
    struct buffer buffer = {text, strlen(text)};
    struct address address = {(uint8_t[128]){0}, 128};
    uint32_t len;
    to_bytes(to, &address);
    return sock_send_to(fd, &buffer, 1, &address, to->port, 0, &len);
}

static int receive(int fd, char *text, size_t room, int peek, struct place *from, uint32_t *len) {
    struct buffer buffer = {text, room};
    struct address address = {(uint8_t[128]){0}, 128};
    uint32_t port;
    uint16_t out;
    int error = sock_recv_from(fd, &buffer, 1, &address, peek, &port, len, &out);
    if (!error) {
        from_bytes(&address, port, from);
    }
    return error;
}

#if DIALECT == WASMEDGE_1
#define address_by(function, fd, place)                                     \
    uint32_t kind, port;                                                    \
    int error = function(fd, &(struct address){place->bytes, 16}, &kind, &port); \
    if (!error) {                                                           \
        place->v6 = kind == 6;                                              \
        place->port = port;                                                 \
    }                                                                       \
    return error
#else
#define address_by(function, fd, place)                     \
    struct address address = {(uint8_t[128]){0}, 128};      \
    uint32_t port;                                          \
    int error = function(fd, &address, &port);              \
    if (!error) {                                           \
        from_bytes(&address, port, place);                  \
    }                                                       \
    return error
#endif

static int local_of(int fd, struct place *place) { address_by(sock_getlocaladdr, fd, place); }

static int peer_of(int fd, struct place *place) { address_by(sock_getpeeraddr, fd, place); }

enum { SOL_SOCKET, SO_KEEPALIVE = 7, SO_LINGER = 9, SO_RCVTIMEO = 11 };

static int keep_alive(int fd, int *old) {
    uint32_t size = sizeof *old;
    int error = sock_getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, old, &size);
    return error ? error : (int)sock_setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int));
}

static int linger(int fd, int *seconds) {
    int value[2] = {1, 3};
    uint32_t size = sizeof value;
    int error = sock_setsockopt(fd, SOL_SOCKET, SO_LINGER, value, size);
    error = error ? error : (int)sock_getsockopt(fd, SOL_SOCKET, SO_LINGER, value, &size);
    *seconds = value[0] ? value[1] : -1;
    return error;
}

static int receive_within(int fd, struct timeval time) {
    return sock_setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
}

static int look_up(const char *host, const char *service, struct place *place) {
    uint8_t data[26];
    struct info_address address = {.len = 14, .data = data};
    struct info info = {.address = &address}, *first = &info, hints = {.family = 1, .kind = 2};
    uint32_t count;
    if (sock_getaddrinfo(host, strlen(host), service, strlen(service), &hints, &first, 1, &count) || count == 0) {
        return ENOENT;
    }
    *place = (struct place){.v6 = address.family == 2, .port = data[0] << 8 | data[1]};
    memcpy(place->bytes, data + 2, size_of(place));
    return 0;
}

#endif
#endif

static void say(const char *what, int error) { printf("%s: %s\n", what, error ? strerror(error) : "done"); }

static void same(const char *what, const struct place *a, const struct place *b) {
    int same = a->v6 == b->v6 && a->port == b->port && !memcmp(a->bytes, b->bytes, size_of(a));
    printf("%s: %s\n", what, same ? "the same" : "another");
}

static struct place loopback(int v6) {
    return (struct place){.v6 = v6, .bytes = {[0] = v6 ? 0 : 127, [3] = !v6, [15] = v6}};
}

static void stream(int v6) {
    struct place place = loopback(v6), address, other;
    uint32_t listener, client, server;
    int old;
    say("open", open_socket(v6, 1, &listener));
    say("bind", bind_to(listener, &place));
    say("bind again", bind_to(listener, &place));
    say("listen", listen_on(listener));
    say("local address", local_of(listener, &place));
    say("peer of a listener", peer_of(listener, &address));
    printf("has a port: %d, is of version 6: %d\n", place.port != 0, place.v6);
    say("open", open_socket(v6, 1, &client));
    say("keep alive", keep_alive(client, &old));
    printf("was %d\n", old);
    say("keep alive", keep_alive(client, &old));
    printf("was %d\n", !!old);
    say("linger", linger(client, &old));
    printf("%d seconds\n", old);
    say("connect", connect_to(client, &place));
    say("connect again", connect_to(client, &place));
    say("accept", accept_one(listener, &server));
    say("peer", peer_of(client, &address));
    same("the listener", &address, &place);
    say("local address", local_of(client, &address));
    say("peer", peer_of(server, &other));
    same("the client", &address, &other);
    char text[16] = {0};
    printf("write %zd\n", write(client, "text", 4));
    printf("read %zd %s\n", read(server, text, sizeof text), text);
    close(client);
    printf("read %zd\n", read(server, text, sizeof text));
    close(server);
    close(listener);
    say("open", open_socket(v6, 1, &client));
    say("connect to nobody", connect_to(client, &place));
    close(client);
}

static void datagrams(int v6) {
    struct place place = loopback(v6), from, own;
    uint32_t a, b, len;
    say("open", open_socket(v6, 0, &a));
    say("open", open_socket(v6, 0, &b));
    say("bind", bind_to(a, &place));
    say("local address", local_of(a, &place));
    say("send", send_all(b, "datagram", &place));
    say("local address", local_of(b, &own));
    char text[16] = {0};
    say("peek", receive(a, text, 4, 1, &from, &len));
    printf("  %u %s\n", len, text);
    say("receive", receive(a, text, sizeof text, 0, &from, &len));
    printf("  %u %s\n", len, text);
    printf("from the sender: %d\n", from.port == own.port);
    say("connect", connect_to(b, &place));
    printf("write %zd\n", write(b, "more", 4));
    printf("read %zd\n", read(a, text, sizeof text));
    say("receive within 50 ms", receive_within(a, (struct timeval){.tv_usec = 50000}));
    say("receive", receive(a, text, sizeof text, 0, &from, &len));
    close(a);
    close(b);
}

int main(void) {
    for (int v6 = 0; v6 < 2; v6++) {
        stream(v6);
        datagrams(v6);
    }
    struct place found;
    say("look up a number", look_up("127.0.0.1", "80", &found));
    printf("  %d.%d.%d.%d port %d\n", found.bytes[0], found.bytes[1], found.bytes[2], found.bytes[3], found.port);
    say("look up localhost", look_up("localhost", "http", &found));
    printf("  %d.%d.%d.%d port %d\n", found.bytes[0], found.bytes[1], found.bytes[2], found.bytes[3], found.port);
    say("look up nobody", look_up("nobody.invalid", "80", &found));
    uint32_t fd;
    say("not a socket", bind_to(0, &(struct place){0}));
    say("not open", listen_on(99));
    say("open", open_socket(0, 1, &fd));
    say("accept without a listener", accept_one(fd, &fd));
}
