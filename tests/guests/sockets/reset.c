// A connection that the peer has reset by closing with bytes unread: the call that reports it, once, and later calls.
//! resources: 23
#include "sockets.h"

static char bytes[16];

static int reset(void) {
    int client, server;
    tcp_pair(AF_INET, &client, &server);
    MUST(send(client, "never read", 10, 0));
    nanosleep(&(struct timespec){.tv_nsec = 30000000}, NULL); // No look at them, which could take them from the queue.
    MUST(close(server));
    await(client, POLLIN);
    return client;
}

int main(void) {
    printf("-- recv tells\n");
    int fd = reset();
    show_poll("reset", fd, 0);
    T(recv(fd, bytes, sizeof bytes, 0));
    T(recv(fd, bytes, sizeof bytes, 0));
    T(send(fd, "x", 1, MSG_NOSIGNAL));
    T(int_option(fd, SOL_SOCKET, SO_ERROR));
    show_poll("told", fd, 0);

    printf("-- SO_ERROR tells\n");
    fd = reset();
    T(int_option(fd, SOL_SOCKET, SO_ERROR) == ECONNRESET);
    T(int_option(fd, SOL_SOCKET, SO_ERROR));
    T(recv(fd, bytes, sizeof bytes, 0));

    printf("-- send tells\n");
    fd = reset();
    T(send(fd, "x", 1, MSG_NOSIGNAL));
    T(send(fd, "x", 1, MSG_NOSIGNAL));
    T(recv(fd, bytes, sizeof bytes, 0));

    printf("-- read tells\n");
    fd = reset();
    T(read(fd, bytes, sizeof bytes));
    T(read(fd, bytes, sizeof bytes));

    printf("-- afterwards\n");
    address_t peer;
    socklen_t len = sizeof peer;
    T(getpeername(fd, &peer.any, &len));
    T(shutdown(fd, SHUT_RDWR));
    T(close(fd));

    printf("-- a peer that closed in order and is written to\n");
    int client, server;
    tcp_pair(AF_INET, &client, &server);
    T(close(server));
    await(client, POLLIN);
    T(recv(client, bytes, sizeof bytes, 0));
    T(send(client, "one too many", 12, MSG_NOSIGNAL));
    struct pollfd it = {.fd = client};
    T(poll(&it, 1, 5000));
    printf("  %s\n", events_text(it.revents));
    T(send(client, "x", 1, MSG_NOSIGNAL));
    T(write(client, "x", 1));
    T(recv(client, bytes, sizeof bytes, 0));
    return 0;
}
