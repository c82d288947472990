// Options of TCP, IP and IPv6: what a new socket says, what setting them does, ranges.
#include "sockets.h"

// Sets an option, and says what it is afterwards.
#define SET(fd, level, option, value)                                                                        \
    do {                                                                                                     \
        trace("set " #fd " " #option " " #value, setsockopt(fd, level, option, &(int){value}, sizeof(int))); \
        printf("  then %d\n", int_option(fd, level, option));                                                \
    } while (0)

int main(void) {
    int tcp = MUST(socket(AF_INET, SOCK_STREAM, 0)), udp = MUST(socket(AF_INET, SOCK_DGRAM, 0));
    int tcp6 = MUST(socket(AF_INET6, SOCK_STREAM, 0)), udp6 = MUST(socket(AF_INET6, SOCK_DGRAM, 0));
    T(int_option(tcp, IPPROTO_TCP, TCP_NODELAY));
    SET(tcp, IPPROTO_TCP, TCP_NODELAY, 1);
    SET(tcp, IPPROTO_TCP, TCP_NODELAY, 0);
    SET(tcp, IPPROTO_TCP, TCP_NODELAY, 7);

    T(int_option(tcp, IPPROTO_TCP, TCP_KEEPIDLE) > 0);
    T(int_option(tcp, IPPROTO_TCP, TCP_KEEPINTVL) > 0);
    T(int_option(tcp, IPPROTO_TCP, TCP_KEEPCNT) > 0);
    SET(tcp, IPPROTO_TCP, TCP_KEEPIDLE, 33);
    SET(tcp, IPPROTO_TCP, TCP_KEEPINTVL, 44);
    SET(tcp, IPPROTO_TCP, TCP_KEEPCNT, 5);
    SET(tcp, IPPROTO_TCP, TCP_KEEPIDLE, 0);
    SET(tcp, IPPROTO_TCP, TCP_KEEPINTVL, -1);
    SET(tcp, IPPROTO_TCP, TCP_KEEPCNT, 128);
    SET(tcp, IPPROTO_TCP, TCP_KEEPCNT, 0);
    SET(tcp, SOL_SOCKET, SO_KEEPALIVE, 1);

    T(int_option(tcp, IPPROTO_IP, IP_TTL) > 0);
    SET(tcp, IPPROTO_IP, IP_TTL, 33);
    SET(tcp, IPPROTO_IP, IP_TTL, 255);
    SET(tcp, IPPROTO_IP, IP_TTL, 0);
    SET(tcp, IPPROTO_IP, IP_TTL, 256);
    SET(udp, IPPROTO_IP, IP_TTL, 44);
    SET(tcp6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 33);
    SET(tcp6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 256);
    SET(tcp6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, -2);
    SET(udp6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 44);

    // Options that this socket does not have.
    T(setsockopt(udp, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)));
    T(setsockopt(tcp, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &(int){1}, sizeof(int)));
    T(setsockopt(tcp, IPPROTO_TCP, 9999, &(int){1}, sizeof(int)));
    T(setsockopt(tcp, IPPROTO_IP, 9999, &(int){1}, sizeof(int)));
    int value;
    socklen_t len = sizeof value;
    T(getsockopt(udp, IPPROTO_TCP, TCP_NODELAY, &value, &len));
    T(getsockopt(tcp, IPPROTO_TCP, 9999, &value, &len));
    T(setsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, &value, 1));
    T(setsockopt(3, IPPROTO_TCP, TCP_NODELAY, &value, sizeof value));

    // An accepted socket takes after its listener, and they work on connected ones.
    int server = bound(AF_INET, SOCK_STREAM);
    MUST(setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)));
    MUST(setsockopt(server, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int)));
    MUST(setsockopt(server, IPPROTO_TCP, TCP_KEEPIDLE, &(int){55}, sizeof(int)));
    MUST(listen(server, 1));
    address_t name = name_of(server);
    MUST(connect(tcp, AT(name)));
    int accepted = MUST(accept(server, NULL, NULL));
    T(int_option(accepted, IPPROTO_TCP, TCP_NODELAY));
    T(int_option(accepted, SOL_SOCKET, SO_KEEPALIVE));
    T(int_option(accepted, IPPROTO_TCP, TCP_KEEPIDLE));
    T(int_option(tcp, IPPROTO_TCP, TCP_KEEPINTVL));
    SET(tcp, IPPROTO_TCP, TCP_NODELAY, 0);
    SET(accepted, IPPROTO_TCP, TCP_KEEPCNT, 3);
    return 0;
}
