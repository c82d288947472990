// readv, writev, sendmsg and recvmsg on a stream.
#include "sockets.h"

static char a[4], b[8], c[16];
static struct iovec in[] = {{a, sizeof a}, {NULL, 0}, {b, sizeof b}, {c, sizeof c}};
static struct iovec out[] = {{"one", 3}, {"", 0}, {"two ", 4}, {"three", 5}};

static volatile int below_zero = -1; // Compilers know that readv takes no such count.

static void show(long count) {
    if (count > 0) printf("  \"%.*s\" \"%.*s\" \"%.*s\"\n", 4, a, 8, b, 16, c);
    memset(a, '.', sizeof a);
    memset(b, '.', sizeof b);
    memset(c, '.', sizeof c);
}

int main(void) {
    int client, server;
    tcp_pair(AF_INET, &client, &server);
    show(0);
    T(writev(client, out, 4));
    await_bytes(server, 12);
    show(T(readv(server, in, 4)));
    T(writev(client, out, 1));
    await_bytes(server, 3);
    show(T(readv(server, in, 4)));
    T(writev(client, out + 1, 1));
    T(writev(client, out, 0));
    T(writev(client, out, below_zero));
    T(readv(server, in, below_zero));
    T(readv(NOFD, in, 4));

    struct msghdr message = {.msg_iov = out, .msg_iovlen = 4};
    T(sendmsg(client, &message, MSG_NOSIGNAL));
    await_bytes(server, 12);
    address_t name;
    struct msghdr received = {.msg_name = &name, .msg_namelen = sizeof name, .msg_iov = in, .msg_iovlen = 4};
    show(T(recvmsg(server, &received, MSG_PEEK)));
    printf("namelen %d controllen %d flags %d\n", (int)received.msg_namelen, (int)received.msg_controllen,
           received.msg_flags);
    show(T(recvmsg(server, &received, 0)));
    T(recvmsg(server, &received, MSG_DONTWAIT));
    T(send(client, "all of it", 9, 0));
    await_bytes(server, 9);
    in[3].iov_len = 1;
    in[2].iov_len = 4;
    show(T(recvmsg(server, &received, MSG_WAITALL)));

    message.msg_iovlen = 0;
    T(sendmsg(client, &message, 0));
    static struct iovec too_many[1025];
    message.msg_iov = too_many;
    message.msg_iovlen = 1025;
    T(sendmsg(client, &message, 0));
    message.msg_iov = out;
    message.msg_iovlen = 1;
    T(sendmsg(NOFD, &message, 0));
    T(sendmsg(3, &message, 0));
    T(recvmsg(NOFD, &received, 0));
    T(recvmsg(3, &received, 0));

    // Many small pieces.
    static struct iovec many[1024];
    static char text[1024];
    for (int i = 0; i < 1024; i++) {
        text[i] = (char)('a' + i % 26);
        many[i] = (struct iovec){text + i, 1};
    }
    T(writev(client, many, 1024));
    static char whole[1024];
    T(recv(server, whole, sizeof whole, MSG_WAITALL));
    printf("the same %d\n", memcmp(text, whole, sizeof text) == 0);

    T(shutdown(client, SHUT_WR));
    T(readv(server, in, 4));
    T(recvmsg(server, &received, 0));
    T(sendmsg(client, &message, MSG_NOSIGNAL));
    T(writev(client, out, 4));
    return 0;
}
