// UDP with connect: one peer only, another one, none again, and a peer that is not there.
#include "sockets.h"

static char bytes[64];

int main(void) {
    int fd = bound(AF_INET, SOCK_DGRAM), one = bound(AF_INET, SOCK_DGRAM), two = bound(AF_INET, SOCK_DGRAM);
    address_t own = name_of(fd), one_name = name_of(one), two_name = name_of(two), peer;
    socklen_t len = sizeof peer;
    T(connect(fd, AT(one_name)));
    T(getpeername(fd, &peer.any, &len));
    printf("the peer %d %s\n", port_of(&peer) == port_of(&one_name), text_of(&peer));
    T(send(fd, "to one", 6, 0));
    T(write(fd, "too", 3));
    await(one, POLLIN);
    T(recv(one, bytes, sizeof bytes, 0));
    T(recv(one, bytes, sizeof bytes, 0));

    // From others nothing comes.
    T(sendto(two, "stranger", 8, 0, AT(own)));
    T(sendto(one, "friend", 6, 0, AT(own)));
    await(fd, POLLIN);
    len = sizeof peer;
    T(recvfrom(fd, bytes, sizeof bytes, 0, &peer.any, &len));
    printf("  \"%.6s\" from the peer %d\n", bytes, port_of(&peer) == port_of(&one_name));
    T(recv(fd, bytes, sizeof bytes, MSG_DONTWAIT));

    // To others something may go, to the peer by its name too.
    T(sendto(fd, "by name", 7, 0, AT(one_name)));
    await(one, POLLIN);
    T(recv(one, bytes, sizeof bytes, 0));
    if (T(sendto(fd, "aside", 5, 0, AT(two_name))) == 5) {
        await(two, POLLIN);
        T(recv(two, bytes, sizeof bytes, 0));
    }
    T(getpeername(fd, &peer.any, &len));
    T(sendto(one, "still", 5, 0, AT(own)));
    await(fd, POLLIN);
    T(recv(fd, bytes, sizeof bytes, 0));

    // Another peer.
    T(connect(fd, AT(two_name)));
    T(getpeername(fd, &peer.any, &len));
    printf("the peer %d\n", port_of(&peer) == port_of(&two_name));
    T(send(fd, "to two", 6, 0));
    await(two, POLLIN);
    T(recv(two, bytes, sizeof bytes, 0));
    T(sendto(two, "welcome", 7, 0, AT(own)));
    await(fd, POLLIN);
    T(recv(fd, bytes, sizeof bytes, 0));

    // None.
    struct sockaddr none = {.sa_family = AF_UNSPEC};
    T(connect(fd, &none, sizeof none));
    T(getpeername(fd, &peer.any, &len));
    T(send(fd, "to nobody", 9, 0));
    T(sendto(fd, "to one", 6, 0, AT(one_name)));
    await(one, POLLIN);
    T(recv(one, bytes, sizeof bytes, 0));
    T(connect(fd, &none, sizeof none));

    // Without a bind, connect chooses the name.
    int client = MUST(socket(AF_INET, SOCK_DGRAM, 0));
    T(connect(client, AT(one_name)));
    own = name_of(client);
    printf("own %s\n", text_of(&own));
    T(bind(client, AT(own)));
    T(listen(client, 1));

    printf("-- nobody is there\n");
    address_t refused = refusing(AF_INET, SOCK_DGRAM), v6 = loopback(AF_INET6, 9);
    T(connect(client, AT(refused)));
    T(send(client, "x", 1, 0));
    await(client, POLLIN);
    T(recv(client, bytes, sizeof bytes, MSG_DONTWAIT));
    T(recv(client, bytes, sizeof bytes, MSG_DONTWAIT));
    T(connect(client, AT(v6)));
    T(connect(client, &one_name.any, 4));
    T(shutdown(client, SHUT_WR));
    T(send(client, "x", 1, MSG_NOSIGNAL));
    return 0;
}
