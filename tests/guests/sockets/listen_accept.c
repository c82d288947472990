// listen, accept and accept4: backlogs, flags, addresses, and each error.
//! resources: 33
#include "sockets.h"

static address_t server_name;

// A new connection to the server, not yet accepted.
static int dial(void) {
    int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
    MUST(connect(fd, AT(server_name)));
    return fd;
}

int main(void) {
    int unbound = MUST(socket(AF_INET, SOCK_STREAM, 0));
    T(int_option(unbound, SOL_SOCKET, SO_ACCEPTCONN));
    T(accept(unbound, NULL, NULL));
    T(listen(unbound, 4));
    address_t name = name_of(unbound);
    printf("a port of its own %s\n", text_of(&name));
    T(int_option(unbound, SOL_SOCKET, SO_ACCEPTCONN));

    int server = bound(AF_INET, SOCK_STREAM);
    T(listen(server, 0));
    T(listen(server, -1));
    T(listen(server, 1000000));
    T(listen(server, 4));
    server_name = name_of(server);

    T(fcntl(server, F_SETFL, O_NONBLOCK));
    T(accept(server, NULL, NULL));
    int client = dial(), accepted;
    await(server, POLLIN);
    address_t peer = {0};
    socklen_t len = sizeof peer;
    accepted = T(accept(server, &peer.any, &len));
    address_t own = name_of(client);
    printf("from %s, length as sockaddr_in %d, the client's %d\n", text_of(&peer), len == sizeof peer.v4,
           port_of(&peer) == port_of(&own));
    printf("accepted: %s cloexec %d\n", flags_text(accepted), fcntl(accepted, F_GETFD));
    T(accept(server, NULL, NULL));

    // A length that is too small cuts the address and says what it would have been.
    close(client);
    client = dial();
    await(server, POLLIN);
    memset(&peer, 0xee, sizeof peer);
    len = 4;
    T(accept4(server, &peer.any, &len, SOCK_NONBLOCK | SOCK_CLOEXEC));
    printf("length %d, family %d, untouched %d\n", len == sizeof peer.v4, peer.any.sa_family == AF_INET,
           ((unsigned char *)&peer)[4] == 0xee);
    printf("accept4: %s cloexec %d\n", flags_text(accepted + 1), fcntl(accepted + 1, F_GETFD));
    close(accepted + 1);
    dial();
    await(server, POLLIN);
    T(accept4(server, NULL, NULL, 0x12345));
    T(accept4(server, NULL, NULL, 0));

    // Without O_NONBLOCK, too.
    T(fcntl(server, F_SETFL, 0));
    dial();
    T(accept(server, NULL, NULL));

    int udp = bound(AF_INET, SOCK_DGRAM);
    T(listen(udp, 1));
    T(accept(udp, NULL, NULL));
    T(listen(accepted, 1));
    T(accept(accepted, NULL, NULL));
    T(listen(NOFD, 1));
    T(listen(3, 1));
    T(accept(NOFD, NULL, NULL));
    T(accept(3, NULL, NULL));

    // Calls that fail on a listening socket.
    char byte;
    T(connect(server, AT(server_name)));
    T(recv(server, &byte, 1, 0));
    T(send(server, "x", 1, MSG_NOSIGNAL));
    len = sizeof peer;
    T(getpeername(server, &peer.any, &len));
    T(getsockname(server, &peer.any, &len));

    // A client that is gone before it is accepted is accepted all the same.
    client = dial();
    MUST(send(client, "bye", 3, 0));
    MUST(close(client));
    T(accepted = accept(server, NULL, NULL));
    T(recv(accepted, &byte, 1, 0));

    // A client that is not accepted yet is turned away when the server closes. The port may be another program's at once.
    client = dial();
    T(close(server));
    T(recv(client, &byte, 1, 0));
    return 0;
}
