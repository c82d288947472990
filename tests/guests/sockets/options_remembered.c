// Options that a host of WASI cannot pass on, and that change nothing a program could see: they are kept, as they were set.
#include "sockets.h"
#include <netinet/ip.h>

static void each(const char *what, int fd, const char *name, int level, int option, const int *values, int count) {
    printf("%s %s = %d\n", what, name, int_option(fd, level, option));
    for (int i = 0; i < count; i++) {
        int result = setsockopt(fd, level, option, &values[i], sizeof values[i]);
        printf("  set %d = %d %s, then %d\n", values[i], result, result ? errno_name(errno) : "",
               int_option(fd, level, option));
    }
}

#define EACH(fd, level, option, ...)                                                             \
    each(#fd, fd, #option, level, option, (const int[]){__VA_ARGS__}, COUNT(((int[]){__VA_ARGS__})))

int main(void) {
    int tcp = MUST(socket(AF_INET, SOCK_STREAM, 0)), udp = MUST(socket(AF_INET, SOCK_DGRAM, 0));
    int tcp6 = MUST(socket(AF_INET6, SOCK_STREAM, 0)), udp6 = MUST(socket(AF_INET6, SOCK_DGRAM, 0));
    int pair[2];
    MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    int local = pair[0];
    EACH(tcp, IPPROTO_IP, IP_TOS, IPTOS_LOWDELAY, 0xff, 0x103, -1, 0);
    EACH(udp, IPPROTO_IP, IP_TOS, IPTOS_THROUGHPUT, 0xff, 0x103, -1, 0);
    EACH(tcp6, IPPROTO_IPV6, IPV6_TCLASS, 0x20, 0xff, 256, -2, -1);
    EACH(udp6, IPPROTO_IPV6, IPV6_TCLASS, 0x20, 0xff, 256, -2, -1);
    EACH(udp, IPPROTO_IPV6, IPV6_TCLASS, 1);
    EACH(local, IPPROTO_IP, IP_TOS, 1);
    EACH(tcp, SOL_SOCKET, SO_PRIORITY, 6, 0);
    EACH(udp6, SOL_SOCKET, SO_PRIORITY, 3);
    EACH(local, SOL_SOCKET, SO_PRIORITY, 3);
    EACH(udp, SOL_SOCKET, SO_NO_CHECK, 1, 0);
    EACH(tcp, SOL_SOCKET, SO_SNDLOWAT, 5);
    EACH(udp, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO, 0, 6, -1);
    EACH(udp6, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DO, 0, 6, -1);
    EACH(udp6, IPPROTO_IPV6, IPV6_DONTFRAG, 7, 0);
    EACH(tcp, IPPROTO_TCP, TCP_CORK, 7, 0);
    EACH(tcp, IPPROTO_TCP, TCP_SYNCNT, 3, 127, 128, 0);
    EACH(tcp, IPPROTO_TCP, TCP_USER_TIMEOUT, 5000, 0, -1);
    EACH(tcp, IPPROTO_TCP, TCP_NOTSENT_LOWAT, 16384, 0);
    EACH(tcp, IPPROTO_TCP, TCP_MAXSEG, 1000, 88, 87, 40000, 0);
    EACH(udp, IPPROTO_TCP, TCP_CORK, 1);

    // One byte is enough for some.
    unsigned char one = 8;
    T(setsockopt(udp, IPPROTO_IP, IP_TOS, &one, 1));
    T(int_option(udp, IPPROTO_IP, IP_TOS));
    T(setsockopt(udp, IPPROTO_IP, IP_TTL, &one, 1));
    T(int_option(udp, IPPROTO_IP, IP_TTL));
    T(setsockopt(udp6, IPPROTO_IPV6, IPV6_TCLASS, &one, 1));
    T(setsockopt(udp, SOL_SOCKET, SO_PRIORITY, &one, 1));

    // A connection has what its listener had.
    int listening = listener(AF_INET), client = MUST(socket(AF_INET, SOCK_STREAM, 0));
    address_t name = name_of(listening);
    T(setsockopt(listening, IPPROTO_IP, IP_TOS, &(int){IPTOS_LOWDELAY}, sizeof(int)));
    MUST(connect(client, AT(name)));
    int server = MUST(accept(listening, NULL, NULL));
    T(int_option(server, IPPROTO_IP, IP_TOS));
    return 0;
}
