// Socket options of SOL_SOCKET: what a new socket says, what setting them does, lengths, errors.
#include "sockets.h"

#define OPTION(name) {#name, name}
static const struct { const char *name; int option; } options[] = {
    OPTION(SO_REUSEADDR), OPTION(SO_REUSEPORT), OPTION(SO_KEEPALIVE), OPTION(SO_BROADCAST), OPTION(SO_DONTROUTE),
    OPTION(SO_OOBINLINE), OPTION(SO_ERROR), OPTION(SO_ACCEPTCONN), OPTION(SO_RCVLOWAT),
};

static void each(const char *what, int fd) {
    for (size_t i = 0; i < COUNT(options); i++) {
        printf("%s: %s = %d\n", what, options[i].name, int_option(fd, SOL_SOCKET, options[i].option));
        int value = 5, result = setsockopt(fd, SOL_SOCKET, options[i].option, &value, sizeof value);
        printf("  set = %d %s", result, result ? errno_name(errno) : "");
        printf(" then %d", int_option(fd, SOL_SOCKET, options[i].option));
        value = 0;
        setsockopt(fd, SOL_SOCKET, options[i].option, &value, sizeof value);
        printf(" cleared %d\n", int_option(fd, SOL_SOCKET, options[i].option));
    }
}

static void size(int fd, const char *name, int option) {
    int before = int_option(fd, SOL_SOCKET, option);
    printf("%s has one %d\n", name, before > 0);
    int asked = 20000;
    T(setsockopt(fd, SOL_SOCKET, option, &asked, sizeof asked));
    int now = int_option(fd, SOL_SOCKET, option);
    printf("  at least what was asked %d, no longer as before %d\n", now >= asked, now != before);
    T(setsockopt(fd, SOL_SOCKET, option, &(int){1}, sizeof(int)));
    printf("  a least size %d\n", int_option(fd, SOL_SOCKET, option) > 1);
}

int main(void) {
    int tcp = MUST(socket(AF_INET, SOCK_STREAM, 0)), udp = MUST(socket(AF_INET, SOCK_DGRAM, 0));
    each("tcp", tcp);
    each("udp", udp);
    size(tcp, "SO_SNDBUF", SO_SNDBUF);
    size(tcp, "SO_RCVBUF", SO_RCVBUF);
    size(udp, "SO_SNDBUF", SO_SNDBUF);
    size(udp, "SO_RCVBUF", SO_RCVBUF);
    const int read_only[] = {SO_TYPE, SO_DOMAIN, SO_PROTOCOL, SO_ERROR, SO_ACCEPTCONN};
    for (size_t i = 0; i < COUNT(read_only); i++)
        T(setsockopt(tcp, SOL_SOCKET, read_only[i], &(int){1}, sizeof(int)));

    struct linger linger = {.l_onoff = 1, .l_linger = 5};
    socklen_t len = sizeof linger;
    T(setsockopt(tcp, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
    linger = (struct linger){7, 7};
    T(getsockopt(tcp, SOL_SOCKET, SO_LINGER, &linger, &len));
    printf("linger %d %d length %d\n", linger.l_onoff, linger.l_linger, len == sizeof linger);
    T(setsockopt(tcp, SOL_SOCKET, SO_LINGER, &linger, sizeof(int)));

    // Lengths: a short buffer gets a part, a long one the value's own length.
    unsigned char raw[8];
    memset(raw, 0xee, sizeof raw);
    len = 2;
    T(getsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, raw, &len));
    printf("length %d, no more written %d\n", (int)len, raw[2] == 0xee);
    len = sizeof raw;
    T(getsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, raw, &len));
    printf("length %d, no more written %d\n", (int)len, raw[4] == 0xee);
    len = 0;
    T(getsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, raw, &len));
    len = (socklen_t)-1;
    T(getsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, raw, &len));
    int64_t wide = 1;
    T(setsockopt(tcp, SOL_SOCKET, SO_KEEPALIVE, &wide, sizeof wide));
    T(setsockopt(tcp, SOL_SOCKET, SO_KEEPALIVE, &wide, 2));
    T(setsockopt(tcp, SOL_SOCKET, SO_KEEPALIVE, &wide, 0));

    len = sizeof raw;
    T(getsockopt(tcp, SOL_SOCKET, 9999, raw, &len));
    T(setsockopt(tcp, SOL_SOCKET, 9999, &wide, sizeof(int)));
    T(getsockopt(tcp, 9999, 1, raw, &len));
    T(setsockopt(tcp, 9999, 1, &wide, sizeof(int)));
    T(getsockopt(NOFD, SOL_SOCKET, SO_TYPE, raw, &len));
    T(getsockopt(3, SOL_SOCKET, SO_TYPE, raw, &len));
    T(setsockopt(NOFD, SOL_SOCKET, SO_KEEPALIVE, &wide, sizeof(int)));
    T(setsockopt(3, SOL_SOCKET, SO_KEEPALIVE, &wide, sizeof(int)));
    return 0;
}
