// shutdown: each direction, what both ends then see, and its errors.
//! resources: 34
#include "sockets.h"

static char bytes[16];

int main(void) {
    int client, server;
    printf("-- one side has said all, the other has not\n");
    tcp_pair(AF_INET, &client, &server);
    T(send(client, "request", 7, 0));
    T(shutdown(client, SHUT_WR));
    T(shutdown(client, SHUT_WR));
    T(recv(server, bytes, sizeof bytes, 0));
    T(recv(server, bytes, sizeof bytes, 0));
    T(recv(server, bytes, sizeof bytes, 0));
    show_poll("server", server, 0);
    show_poll("client", client, 0);
    T(send(server, "answer", 6, 0));
    await(client, POLLIN);
    T(recv(client, bytes, sizeof bytes, 0));
    T(send(client, "more", 4, MSG_NOSIGNAL));
    T(write(client, "more", 4));
    T(shutdown(server, SHUT_WR));
    T(recv(client, bytes, sizeof bytes, 0));
    show_poll("server", server, 5000);
    await(client, POLLIN);
    show_poll("client", client, 0);

    printf("-- SHUT_RD\n");
    tcp_pair(AF_INET, &client, &server);
    T(shutdown(server, SHUT_RD));
    T(recv(server, bytes, sizeof bytes, 0));
    show_poll("server", server, 0);
    T(send(server, "still speaks", 12, 0));
    await(client, POLLIN);
    T(recv(client, bytes, sizeof bytes, 0));

    printf("-- SHUT_RDWR\n");
    tcp_pair(AF_INET, &client, &server);
    T(send(client, "unread", 6, 0));
    await_bytes(server, 6);
    T(shutdown(server, SHUT_RDWR));
    T(recv(server, bytes, sizeof bytes, 0));
    T(recv(server, bytes, sizeof bytes, 0));
    T(send(server, "x", 1, MSG_NOSIGNAL));
    show_poll("server", server, 0);
    T(recv(client, bytes, sizeof bytes, 0));
    address_t peer;
    socklen_t len = sizeof peer;
    T(getpeername(server, &peer.any, &len));

    printf("-- both, one after the other\n");
    tcp_pair(AF_INET, &client, &server);
    T(shutdown(client, SHUT_RD));
    T(shutdown(client, SHUT_WR));
    show_poll("client", client, 0);
    T(recv(server, bytes, sizeof bytes, 0));

    printf("-- errors\n");
    T(shutdown(client, 77));
    T(shutdown(client, -1));
    T(shutdown(NOFD, SHUT_WR));
    T(shutdown(3, SHUT_WR));
    int fresh = MUST(socket(AF_INET, SOCK_STREAM, 0)), udp = bound(AF_INET, SOCK_DGRAM);
    T(shutdown(fresh, SHUT_RDWR));
    T(shutdown(fresh, 7));
    T(shutdown(udp, SHUT_WR));
    return 0;
}
