// socketpair: streams and datagrams in memory.
#include "sockets.h"

static char bytes[64];

int main(void) {
    int ends[2] = {-1, -1};
    T(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    printf("  %d %d\n", ends[0], ends[1]);
    T(int_option(ends[0], SOL_SOCKET, SO_TYPE) == SOCK_STREAM);
    T(int_option(ends[0], SOL_SOCKET, SO_DOMAIN) == AF_UNIX);
    T(int_option(ends[0], SOL_SOCKET, SO_ERROR));
    show_poll("an end", ends[0], 0);
    T(write(ends[0], "hello", 5));
    T(send(ends[0], " world", 6, MSG_NOSIGNAL));
    show_poll("with data", ends[1], 0);
    T(recv(ends[1], bytes, 3, MSG_PEEK));
    T(recv(ends[1], bytes, sizeof bytes, 0));
    printf("  \"%.11s\"\n", bytes);
    T(recv(ends[1], bytes, sizeof bytes, MSG_DONTWAIT));
    T(send(ends[1], "back", 4, 0));
    T(ioctl(ends[0], FIONREAD, bytes));
    printf("  %d\n", *(int *)bytes);
    T(read(ends[0], bytes, 2));
    T(recv(ends[0], bytes, 2, MSG_WAITALL));
    struct stat stat;
    T(fstat(ends[0], &stat));
    T(S_ISSOCK(stat.st_mode));
    struct sockaddr name;
    socklen_t len = sizeof name;
    T(getsockname(ends[0], &name, &len));
    printf("  family %d length %d\n", name.sa_family == AF_UNIX, (int)len == sizeof name.sa_family);
    len = sizeof name;
    T(getpeername(ends[0], &name, &len));

    T(send(ends[0], "last", 4, 0));
    T(shutdown(ends[0], SHUT_WR));
    T(send(ends[0], "x", 1, MSG_NOSIGNAL));
    T(recv(ends[1], bytes, sizeof bytes, 0));
    T(recv(ends[1], bytes, sizeof bytes, 0));
    show_poll("the peer said all", ends[1], 0);
    T(send(ends[1], "answer", 6, 0));
    T(close(ends[1]));
    show_poll("with data, the peer is gone", ends[0], 0);
    T(recv(ends[0], bytes, sizeof bytes, 0));
    T(recv(ends[0], bytes, sizeof bytes, 0));
    T(close(ends[0]));

    T(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends));
    printf("  %s %d\n", flags_text(ends[1]), fcntl(ends[1], F_GETFD) == FD_CLOEXEC);
    T(read(ends[0], bytes, 1));
    static char block[4096];
    long sent, total = 0;
    while ((sent = write(ends[0], block, sizeof block)) > 0) total += sent;
    printf("full = %ld %s, after some %d\n", sent, errno_name(errno), total >= 4096);
    show_poll("full", ends[0], 0);
    long got, back = 0;
    while ((got = read(ends[1], block, sizeof block)) > 0) back += got;
    printf("empty = %ld %s, all came %d\n", got, errno_name(errno), back == total);
    show_poll("empty", ends[0], 0);
    T(close(ends[1]));
    T(write(ends[0], "x", 1));
    T(close(ends[0]));

    printf("-- datagrams\n");
    T(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends));
    T(send(ends[0], "one", 3, 0));
    T(send(ends[0], "", 0, 0));
    T(send(ends[0], "the third", 9, 0));
    T(recv(ends[1], bytes, sizeof bytes, 0));
    T(recv(ends[1], bytes, sizeof bytes, 0));
    T(recv(ends[1], bytes, 3, MSG_TRUNC));
    T(recv(ends[1], bytes, sizeof bytes, MSG_DONTWAIT));
    T(close(ends[0]));
    T(close(ends[1]));

    T(socketpair(AF_INET, SOCK_STREAM, 0, ends));
    T(socketpair(77, SOCK_STREAM, 0, ends));
    T(socketpair(AF_UNIX, 0xf, 0, ends));
    T(socketpair(AF_UNIX, SOCK_STREAM, 77, ends));
    // Nothing was left open.
    T(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    printf("  %d %d\n", ends[0], ends[1]);
    return 0;
}
