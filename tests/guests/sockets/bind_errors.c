// bind: what it takes, and each of its errors.
//! resources: 21
#include "sockets.h"

int main(void) {
    address_t any_port = loopback(AF_INET, 0), name;
    int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
    name = name_of(fd);
    printf("unbound %s\n", text_of(&name));
    T(bind(fd, AT(any_port)));
    name = name_of(fd);
    printf("bound %s\n", text_of(&name));
    T(bind(fd, AT(any_port)));
    T(bind(fd, AT(name)));

    int other = MUST(socket(AF_INET, SOCK_STREAM, 0));
    T(bind(other, AT(name)));
    T(listen(fd, 1));
    T(bind(other, AT(name)));
    T(setsockopt(other, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)));
    T(bind(other, AT(name)));
    // After an error the socket is as it was.
    T(bind(other, AT(any_port)));

    int udp = MUST(socket(AF_INET, SOCK_DGRAM, 0)), udp_too = MUST(socket(AF_INET, SOCK_DGRAM, 0));
    T(bind(udp, AT(name))); // The same number as a TCP port is free.
    T(bind(udp_too, AT(name)));
    T(bind(udp, AT(any_port)));

    int fresh = MUST(socket(AF_INET, SOCK_STREAM, 0)), fresh6 = MUST(socket(AF_INET6, SOCK_STREAM, 0));
    address_t v6 = loopback(AF_INET6, 0), elsewhere = address_of("198.51.100.1", 0), unknown = any_port;
    unknown.any.sa_family = 77;
    T(bind(fresh, AT(elsewhere)));
    T(bind(fresh, AT(v6)));
    T(bind(fresh, AT(unknown)));
    T(bind(fresh, &any_port.any, 8));
    T(bind(fresh, &any_port.any, 0));
    T(bind(fresh, &any_port.any, sizeof any_port));
    T(bind(fresh6, AT(any_port)));
    T(bind(fresh6, &any_port.any, sizeof any_port));
    T(bind(fresh6, &v6.any, sizeof(struct sockaddr_in)));
    T(bind(fresh6, AT(v6)));

    T(bind(NOFD, AT(any_port)));
    T(bind(-1, AT(any_port)));
    T(bind(0, AT(any_port)));
    T(bind(3, AT(any_port)));
    int client, server;
    tcp_pair(AF_INET, &client, &server);
    T(bind(client, AT(any_port)));
    T(bind(server, AT(any_port)));

    // Any address.
    int everywhere = MUST(socket(AF_INET, SOCK_STREAM, 0));
    address_t wildcard = address_of("0.0.0.0", 0);
    T(bind(everywhere, AT(wildcard)));
    name = name_of(everywhere);
    printf("bound %s\n", text_of(&name));
    return 0;
}
