// The events that poll reports in each state of a socket.
//! resources: 27
#include "sockets.h"

int main(void) {
    char byte;
    int fresh = MUST(socket(AF_INET, SOCK_STREAM, 0)), udp = MUST(socket(AF_INET, SOCK_DGRAM, 0));
    show_poll("a new socket", fresh, 0);
    show_poll("a bound one", bound(AF_INET, SOCK_STREAM), 0);
    show_poll("a new UDP socket", udp, 0);
    int server = listener(AF_INET), refused = MUST(socket(AF_INET, SOCK_STREAM, 0));
    address_t name = name_of(server), nowhere = refusing(AF_INET, SOCK_STREAM);
    show_poll("listening", server, 0);
    int client = MUST(socket(AF_INET, SOCK_STREAM, 0));
    MUST(connect(client, AT(name)));
    show_poll("connected, not accepted", client, 0);
    show_poll("listening, one waits", server, 5000);
    int accepted = MUST(accept(server, NULL, NULL));
    show_poll("listening, none waits", server, 0);
    show_poll("accepted", accepted, 0);
    MUST(send(client, "xy", 2, 0));
    await_bytes(accepted, 2);
    show_poll("with data", accepted, 0);
    MUST(recv(accepted, &byte, 1, 0));
    show_poll("with a rest of it", accepted, 0);
    MUST(recv(accepted, &byte, 1, 0));
    show_poll("with none left", accepted, 0);
    MUST(send(client, "z", 1, 0));
    MUST(shutdown(client, SHUT_WR));
    await(accepted, POLLIN);
    show_poll("with data, the peer said all", accepted, 0);
    MUST(recv(accepted, &byte, 1, 0));
    await(accepted, POLLIN);
    show_poll("at the end", accepted, 0);
    MUST(recv(accepted, &byte, 1, 0));
    show_poll("at the end, seen", accepted, 0);
    show_poll("the peer", client, 0);
    MUST(close(accepted));
    await(client, POLLIN);
    show_poll("both ends closed", client, 0);
    T(connect(refused, AT(nowhere)));
    show_poll("refused, and told", refused, 0);

    // A full send buffer.
    int sender, receiver;
    tcp_pair(AF_INET, &sender, &receiver);
    MUST(fcntl(sender, F_SETFL, O_NONBLOCK));
    static char block[1 << 16];
    for (int idle = 0; idle < 20;) { // What is on its way may make room again.
        if (send(sender, block, sizeof block, 0) > 0) idle = 0;
        else idle++, nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    show_poll("full", sender, 0);
    for (long got = 1; got > 0;) got = recv(receiver, block, sizeof block, MSG_DONTWAIT);
    show_poll("emptied by the peer", sender, 5000);

    // UDP.
    address_t loop = loopback(AF_INET, 0);
    MUST(bind(udp, AT(loop)));
    name = name_of(udp);
    int other = MUST(socket(AF_INET, SOCK_DGRAM, 0));
    MUST(sendto(other, "", 0, 0, AT(name)));
    await(udp, POLLIN);
    show_poll("an empty datagram", udp, 0);
    MUST(recv(udp, &byte, 1, 0));
    show_poll("no datagram", udp, 0);
    MUST(connect(udp, AT(name)));
    show_poll("connected UDP", udp, 0);
    return 0;
}
