// connect that waits: success, refusal, trying again, addresses that nobody has.
//! resources: 34
#include "sockets.h"

static void show_ends(int fd) {
    address_t name = {0}, peer = {0};
    socklen_t name_len = sizeof name, peer_len = sizeof peer;
    T(getsockname(fd, &name.any, &name_len));
    printf("  own %s\n", text_of(&name));
    if (T(getpeername(fd, &peer.any, &peer_len)) == 0) printf("  peer %s\n", text_of(&peer));
}

int main(void) {
    int server = listener(AF_INET), fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
    address_t name = name_of(server), refused = refusing(AF_INET, SOCK_STREAM);
    show_ends(fd);
    T(connect(fd, AT(name)));
    show_ends(fd);
    T(connect(fd, AT(name)));
    T(connect(fd, AT(refused)));
    T(int_option(fd, SOL_SOCKET, SO_ERROR));

    fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
    T(connect(fd, AT(refused)));
    T(int_option(fd, SOL_SOCKET, SO_ERROR));
    T(connect(fd, AT(refused)));
    T(connect(fd, AT(name)));
    show_ends(fd);
    T(send(fd, "after a failure", 15, 0));

    // From a port that was chosen.
    fd = bound(AF_INET, SOCK_STREAM);
    address_t own = name_of(fd), peer;
    T(connect(fd, AT(name)));
    for (int i = 0; i < 3; i++) { // The third in the queue.
        socklen_t len = sizeof peer;
        MUST(accept(server, &peer.any, &len));
    }
    printf("its own port %d\n", port_of(&peer) == port_of(&own));

    // The unspecified address is this machine.
    address_t anywhere = address_of("0.0.0.0", port_of(&name));
    fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
    T(connect(fd, AT(anywhere)));
    show_ends(fd);

    fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
    address_t v6 = loopback(AF_INET6, 9), unknown = name, broadcast = address_of("255.255.255.255", 9);
    unknown.any.sa_family = 77;
    T(connect(fd, AT(v6)));
    T(connect(fd, AT(unknown)));
    T(connect(fd, &name.any, 8));
    T(connect(fd, &name.any, 1));
    T(connect(fd, AT(broadcast)));
    T(connect(NOFD, AT(name)));
    T(connect(-1, AT(name)));
    T(connect(0, AT(name)));
    T(connect(3, AT(name)));
    T(connect(fd, &name.any, sizeof name));

    int fd6 = MUST(socket(AF_INET6, SOCK_STREAM, 0));
    T(connect(fd6, AT(name)));
    T(connect(fd6, &name.any, sizeof name));

    // Calls that need a connection.
    char byte;
    fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
    T(recv(fd, &byte, 1, 0));
    T(read(fd, &byte, 1));
    T(send(fd, "x", 1, MSG_NOSIGNAL));
    T(write(fd, "x", 1));
    T(sendto(fd, "x", 1, MSG_NOSIGNAL, AT(name)));
    T(shutdown(fd, SHUT_WR));
    return 0;
}
