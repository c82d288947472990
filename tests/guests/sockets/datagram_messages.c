// sendmsg, recvmsg, readv and writev on UDP: a datagram is gathered and scattered, its sender named, its loss told.
#include "sockets.h"

int main(void) {
    int sender = bound(AF_INET, SOCK_DGRAM), receiver = bound(AF_INET, SOCK_DGRAM);
    address_t to = name_of(receiver), own = name_of(sender), from;
    struct iovec out[] = {{"gathered ", 9}, {"", 0}, {"from ", 5}, {"parts", 5}};
    struct msghdr message = {.msg_name = &to, .msg_namelen = sizeof to.v4, .msg_iov = out, .msg_iovlen = 4};
    static char a[8], b[64];
    struct iovec in[] = {{a, sizeof a}, {b, sizeof b}};
    struct msghdr received = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = in, .msg_iovlen = 2};

    T(sendmsg(sender, &message, 0));
    await(receiver, POLLIN);
    T(recvmsg(receiver, &received, MSG_PEEK));
    T(recvmsg(receiver, &received, 0));
    printf("  \"%.8s\" \"%.11s\" from %s, the sender %d, namelen %d, flags %d\n", a, b, text_of(&from),
           port_of(&from) == port_of(&own), received.msg_namelen == sizeof from.v4, received.msg_flags);

    // Too small a buffer: the flag tells, with MSG_TRUNC the result tells too.
    T(sendmsg(sender, &message, 0));
    await(receiver, POLLIN);
    received.msg_iovlen = 1;
    T(recvmsg(receiver, &received, 0));
    printf("  \"%.8s\", MSG_TRUNC %d\n", a, (received.msg_flags & MSG_TRUNC) != 0);
    T(sendmsg(sender, &message, 0));
    await(receiver, POLLIN);
    T(recvmsg(receiver, &received, MSG_TRUNC));
    printf("  MSG_TRUNC %d\n", (received.msg_flags & MSG_TRUNC) != 0);
    T(recvmsg(receiver, &received, MSG_DONTWAIT));

    // Too small a name: cut, with the length that it has.
    T(sendmsg(sender, &message, 0));
    await(receiver, POLLIN);
    memset(&from, 0xee, sizeof from);
    received.msg_namelen = 2;
    received.msg_iovlen = 2;
    T(recvmsg(receiver, &received, 0));
    printf("  namelen %d, family %d, untouched %d\n", received.msg_namelen == sizeof from.v4,
           from.any.sa_family == AF_INET, ((unsigned char *)&from)[2] == 0xee);

    // An empty datagram is one; no buffers, no datagram's bytes.
    message.msg_iovlen = 0;
    T(sendmsg(sender, &message, 0));
    await(receiver, POLLIN);
    T(recvmsg(receiver, &received, MSG_DONTWAIT));
    T(recvmsg(receiver, &received, MSG_DONTWAIT));
    message.msg_iovlen = 4;
    message.msg_name = NULL;
    message.msg_namelen = 0;
    T(sendmsg(sender, &message, 0));

    // Connected, it needs no name, and readv and writev do.
    MUST(connect(sender, AT(to)));
    T(sendmsg(sender, &message, 0));
    T(writev(sender, out, 4));
    T(write(sender, "written", 7));
    await(receiver, POLLIN);
    T(readv(receiver, in, 2));
    T(readv(receiver, in, 1));
    T(read(receiver, b, sizeof b));
    printf("  \"%.7s\"\n", b);
    return 0;
}
