// dup, dup2 and dup3 of sockets: one description under several numbers.
//! resources: 26
#include "sockets.h"

static char bytes[16];

int main(void) {
    int client, server, copy, file = MUST(open("dup-file", O_CREAT | O_RDWR, 0666));
    tcp_pair(AF_INET, &client, &server);
    T(copy = dup(client));
    T(send(copy, "by the copy", 11, 0));
    T(recv(server, bytes, sizeof bytes, 0));
    T(send(server, "hello", 5, 0));
    await_bytes(client, 5);
    T(recv(client, bytes, 2, 0));
    T(recv(copy, bytes, sizeof bytes, 0));
    T(fcntl(copy, F_SETFL, O_NONBLOCK));
    T(recv(client, bytes, 1, 0));
    T(fcntl(client, F_SETFL, 0));
    T(setsockopt(copy, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)));
    T(int_option(client, IPPROTO_TCP, TCP_NODELAY));

    // The peer sees the end when the last is closed.
    T(close(client));
    T(recv(server, bytes, sizeof bytes, MSG_DONTWAIT));
    T(send(copy, "still", 5, 0));
    T(recv(server, bytes, sizeof bytes, 0));
    T(close(copy));
    T(recv(server, bytes, sizeof bytes, 0));
    T(send(copy, "x", 1, 0));

    // Onto a socket, which that closes; onto itself; onto a free number.
    int other, other_server;
    tcp_pair(AF_INET, &client, &server);
    tcp_pair(AF_INET, &other, &other_server);
    T(dup2(client, other));
    T(recv(other_server, bytes, sizeof bytes, 0));
    T(send(other, "twice", 5, 0));
    T(recv(server, bytes, sizeof bytes, 0));
    T(dup2(client, client));
    T(dup2(client, 50));
    T(send(50, "fifty", 5, 0));
    T(recv(server, bytes, sizeof bytes, 0));
    T(dup3(client, 51, O_CLOEXEC));
    T(fcntl(51, F_GETFD) == FD_CLOEXEC);
    T(dup3(client, 52, 0));
    T(fcntl(52, F_GETFD));
    T(dup3(client, client, 0));
    T(dup3(client, 53, 0x123));

    // Onto a file.
    T(dup2(client, file));
    T(send(file, "no file now", 11, 0));
    T(recv(server, bytes, sizeof bytes, 0));
    T(close(file));
    T(open("dup-file", O_RDONLY) == file);

    T(dup(NOFD));
    T(dup(-1));
    T(dup2(NOFD, 55));
    T(dup2(NOFD, NOFD));
    T(dup2(client, -1));
    T(dup3(NOFD, 55, 0));
    T(fcntl(55, F_GETFD));

    // A listener by another number, its own closed.
    int listening = listener(AF_INET), twin = MUST(dup(listening));
    address_t name = name_of(listening);
    T(close(listening));
    int late = MUST(socket(AF_INET, SOCK_STREAM, 0));
    T(connect(late, AT(name)));
    T(accept(twin, NULL, NULL));

    // One shutdown is for all.
    int same = MUST(dup(late));
    T(shutdown(same, SHUT_WR));
    T(send(late, "x", 1, MSG_NOSIGNAL));
    return 0;
}
