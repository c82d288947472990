// Without IPV6_V6ONLY a socket of IPv6 serves IPv4, too.
#include "sockets.h"

int main(void) {
    int server = MUST(socket(AF_INET6, SOCK_STREAM, 0)), client = MUST(socket(AF_INET, SOCK_STREAM, 0));
    T(int_option(server, IPPROTO_IPV6, IPV6_V6ONLY));
    T(setsockopt(server, IPPROTO_IPV6, IPV6_V6ONLY, &(int){0}, sizeof(int)));
    address_t any = address_of("::", 0), name, peer;
    MUST(bind(server, AT(any)));
    MUST(listen(server, 1));
    name = name_of(server);
    address_t by_4 = loopback(AF_INET, port_of(&name));
    if (T(connect(client, AT(by_4))) == -1) return 0;
    socklen_t len = sizeof peer;
    T(accept(server, &peer.any, &len));
    printf("from %s\n", text_of(&peer));
    return 0;
}
