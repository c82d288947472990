// IPv6: streams and datagrams over ::1, scope ids, V6ONLY.
//! resources: 32
#include "sockets.h"

static char bytes[16];

int main(void) {
    int client, server;
    tcp_pair(AF_INET6, &client, &server);
    T(send(client, "over six", 8, 0));
    T(recv(server, bytes, sizeof bytes, 0));
    address_t own = name_of(client), from;
    printf("own %s scope %d flow %d\n", text_of(&own), (int)own.v6.sin6_scope_id, (int)own.v6.sin6_flowinfo);

    int udp = bound(AF_INET6, SOCK_DGRAM), sender = MUST(socket(AF_INET6, SOCK_DGRAM, 0));
    address_t to = name_of(udp);
    T(sendto(sender, "datagram", 8, 0, AT(to)));
    socklen_t len = sizeof from;
    T(recvfrom(udp, bytes, sizeof bytes, 0, &from.any, &len));
    printf("from %s length %d scope %d\n", text_of(&from), len == sizeof from.v6, (int)from.v6.sin6_scope_id);
    T(connect(sender, AT(to)));
    T(send(sender, "connected", 9, 0));
    T(recv(udp, bytes, sizeof bytes, 0));
    T(sendto(udp, "x", 1, 0, &to.any, 16));

    // A scope id says nothing of an address that is not link-local.
    int fd = MUST(socket(AF_INET6, SOCK_STREAM, 0));
    address_t scoped = loopback(AF_INET6, 0);
    scoped.v6.sin6_scope_id = 1;
    T(bind(fd, AT(scoped)));
    own = name_of(fd);
    printf("own %s scope %d\n", text_of(&own), (int)own.v6.sin6_scope_id);

    // A link-local one needs it, and this one is nobody's.
    address_t local = address_of("fe80::dead:beef", 9);
    T(connect(MUST(socket(AF_INET6, SOCK_STREAM, 0)), AT(local)));
    T(bind(MUST(socket(AF_INET6, SOCK_STREAM, 0)), AT(local)));

    address_t any = address_of("::", 0), refused = refusing(AF_INET6, SOCK_STREAM);
    fd = MUST(socket(AF_INET6, SOCK_STREAM, 0));
    T(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int)));
    T(int_option(fd, IPPROTO_IPV6, IPV6_V6ONLY));
    T(connect(fd, AT(refused)));
    fd = MUST(socket(AF_INET6, SOCK_STREAM, 0));
    T(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int)));
    T(bind(fd, AT(any)));
    own = name_of(fd);
    printf("own %s\n", text_of(&own));
    T(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){0}, sizeof(int)));
    T(listen(fd, 1));

    // The same port is free for IPv4.
    int fd4 = MUST(socket(AF_INET, SOCK_STREAM, 0));
    address_t same = address_of("0.0.0.0", port_of(&own)), gone = loopback(AF_INET, port_of(&own));
    T(connect(MUST(socket(AF_INET, SOCK_STREAM, 0)), AT(gone)));
    T(bind(fd4, AT(same)));

    // The unspecified address is this machine.
    address_t self = address_of("::", port_of(&own));
    T(connect(MUST(socket(AF_INET6, SOCK_STREAM, 0)), AT(self)));
    server = T(accept(fd, NULL, NULL));
    own = name_of(server);
    printf("own %s\n", text_of(&own));
    T(setsockopt(fd4, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int)));
    return 0;
}
