// ioctl and fcntl on sockets.
#include "sockets.h"

static int pending(int fd) {
    int count = -7, result = ioctl(fd, FIONREAD, &count);
    return result == 0 ? count : -1;
}

int main(void) {
    int client, server, udp = bound(AF_INET, SOCK_DGRAM), listening = listener(AF_INET);
    address_t udp_name = name_of(udp);
    tcp_pair(AF_INET, &client, &server);
    char bytes[16];

    T(pending(server));
    MUST(send(client, "12345", 5, 0));
    await_bytes(server, 5);
    T(pending(server));
    MUST(recv(server, bytes, 2, 0));
    T(pending(server));
    MUST(sendto(udp, "123", 3, 0, AT(udp_name)));
    MUST(sendto(udp, "1234567", 7, 0, AT(udp_name)));
    await(udp, POLLIN);
    T(pending(udp));
    MUST(recv(udp, bytes, 16, 0));
    T(pending(udp));
    T(pending(listening));
    T(pending(MUST(socket(AF_INET, SOCK_STREAM, 0))));
    T(pending(NOFD));

    T(ioctl(client, FIONBIO, &(int){1}));
    printf("%s\n", flags_text(client));
    T(recv(client, bytes, 1, 0));
    T(ioctl(client, FIONBIO, &(int){0}));
    printf("%s\n", flags_text(client));
    T(ioctl(NOFD, FIONBIO, &(int){1}));
    T(ioctl(client, 0x1234, bytes));

    T(fcntl(client, F_SETFL, O_NONBLOCK));
    printf("%s\n", flags_text(client));
    T(recv(client, bytes, 1, 0));
    T(fcntl(client, F_SETFL, 0));
    printf("%s\n", flags_text(client));
    T(fcntl(client, F_GETFD));
    T(fcntl(client, F_SETFD, FD_CLOEXEC));
    T(fcntl(client, F_GETFD) == FD_CLOEXEC);
    T(fcntl(client, F_SETFD, 0));
    T(fcntl(client, F_GETFD));
    printf("%s\n", flags_text(NOFD));
    T(fcntl(NOFD, F_SETFL, O_NONBLOCK));
    T(fcntl(NOFD, F_GETFD));
    T(fcntl(NOFD, F_SETFD, 0));
    T(fcntl(client, 9999));

    int copy;
    T(copy = fcntl(client, F_DUPFD, 0));
    T(fcntl(copy, F_GETFD));
    T(fcntl(client, F_DUPFD, 40));
    T(fcntl(client, F_DUPFD, 40));
    T(copy = fcntl(client, F_DUPFD_CLOEXEC, 0));
    T(fcntl(copy, F_GETFD) == FD_CLOEXEC);
    T(fcntl(client, F_DUPFD, -1));
    T(fcntl(NOFD, F_DUPFD, 0));
    T(send(40, "by a copy", 9, 0));
    await_bytes(server, 3 + 9);
    T(pending(server));
    // A copy shares O_NONBLOCK, not FD_CLOEXEC.
    T(fcntl(41, F_SETFL, O_NONBLOCK));
    printf("%s\n", flags_text(client));
    return 0;
}
