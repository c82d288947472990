// Flags of send and recv on a stream: PEEK, WAITALL, DONTWAIT, NOSIGNAL, TRUNC.
#include "sockets.h"

static char bytes[64];

static void show(long count) {
    if (count > 0) printf("  \"%.*s\"\n", (int)count, bytes);
    memset(bytes, '.', sizeof bytes);
}

int main(void) {
    int client, server;
    tcp_pair(AF_INET, &client, &server);
    T(recv(server, bytes, sizeof bytes, MSG_DONTWAIT));
    T(recv(server, bytes, sizeof bytes, MSG_DONTWAIT | MSG_PEEK));
    T(recv(server, bytes, sizeof bytes, MSG_DONTWAIT | MSG_WAITALL));
    T(send(client, "0123456789", 10, 0));
    await_bytes(server, 10);

    show(T(recv(server, bytes, 4, MSG_PEEK)));
    show(T(recv(server, bytes, sizeof bytes, MSG_PEEK)));
    show_poll("what was peeked", server, 0);
    T(ioctl(server, FIONREAD, bytes));
    printf("  %d\n", *(int *)bytes);
    show(T(recv(server, bytes, 4, 0)));
    show(T(recv(server, bytes, 2, MSG_PEEK | MSG_DONTWAIT)));
    show(T(recv(server, bytes, 6, MSG_WAITALL)));
    T(recv(server, bytes, 1, MSG_PEEK | MSG_DONTWAIT));

    // Peeking grows with what arrives.
    T(send(client, "abc", 3, MSG_NOSIGNAL));
    await_bytes(server, 3);
    T(send(client, "def", 3, MSG_DONTWAIT));
    await_bytes(server, 6);
    show(T(recv(server, bytes, sizeof bytes, MSG_PEEK)));
    show(T(recv(server, bytes, 5, MSG_PEEK | MSG_WAITALL)));
    // On a stream TRUNC throws bytes away.
    T(recv(server, bytes, 2, MSG_TRUNC));
    show(0);
    T(recv(server, NULL, 2, MSG_TRUNC));
    show(T(recv(server, bytes, sizeof bytes, 0)));

    // WAITALL ends early with the stream, or with what does not wait.
    T(send(client, "rest", 4, 0));
    await_bytes(server, 4);
    show(T(recv(server, bytes, 4 + 1, MSG_WAITALL | MSG_DONTWAIT)));
    T(send(client, "last", 4, 0));
    T(shutdown(client, SHUT_WR));
    show(T(recv(server, bytes, sizeof bytes, MSG_WAITALL)));
    T(recv(server, bytes, sizeof bytes, MSG_WAITALL));
    T(recv(server, bytes, sizeof bytes, MSG_PEEK));

    // Nothing asked, nothing given.
    T(recv(server, bytes, 0, 0));
    T(send(server, bytes, 0, 0));
    T(recv(client, bytes, 0, MSG_DONTWAIT));

    // An address is of no use on a stream, and none is given.
    address_t address = loopback(AF_INET, 9);
    T(sendto(server, "to", 2, 0, AT(address)));
    socklen_t len = sizeof address;
    address_t untouched = address;
    show(T(recvfrom(client, bytes, sizeof bytes, 0, &address.any, &len)));
    printf("length %d, untouched %d\n", (int)len, memcmp(&address, &untouched, sizeof address) == 0);

    T(send(NOFD, "x", 1, 0));
    T(recv(NOFD, bytes, 1, 0));
    T(send(1, "x", 1, 0));
    T(recv(3, bytes, 1, 0));
    T(sendto(3, "x", 1, 0, AT(address)));
    T(recvfrom(3, bytes, 1, 0, NULL, NULL));
    return 0;
}
