// UDP without connect: senders' names, empty and truncated datagrams, peeking, order, errors.
#include "sockets.h"

static char bytes[64];

int main(void) {
    int receiver = bound(AF_INET, SOCK_DGRAM), sender = MUST(socket(AF_INET, SOCK_DGRAM, 0));
    address_t to = name_of(receiver), from = {0}, own;
    socklen_t len = sizeof from;
    T(recv(receiver, bytes, sizeof bytes, MSG_DONTWAIT));
    T(recv(sender, bytes, sizeof bytes, MSG_DONTWAIT));
    own = name_of(sender);
    printf("before %s\n", text_of(&own));
    T(sendto(sender, "hello", 5, 0, AT(to)));
    own = name_of(sender);
    printf("bound by sending %s\n", text_of(&own));
    await(receiver, POLLIN);
    show_poll("receiver", receiver, 0);
    T(recvfrom(receiver, bytes, sizeof bytes, 0, &from.any, &len));
    printf("  \"%.5s\" length %d, the sender's port %d, %s\n", bytes, len == sizeof from.v4,
           port_of(&from) == port_of(&own), text_of(&from));

    // Back the way it came.
    T(sendto(receiver, "answer", 6, 0, &from.any, len));
    await(sender, POLLIN);
    T(recvfrom(sender, bytes, sizeof bytes, 0, NULL, NULL));

    // One by one, in order, an empty one too.
    T(sendto(sender, "first", 5, 0, AT(to)));
    T(sendto(sender, "", 0, 0, AT(to)));
    T(sendto(sender, "a long datagram", 15, MSG_NOSIGNAL, AT(to)));
    T(sendto(sender, "truncated", 9, 0, AT(to)));
    T(sendto(sender, "last", 4, MSG_DONTWAIT, AT(to)));
    await(receiver, POLLIN);
    T(recv(receiver, bytes, 2, MSG_PEEK));
    T(recv(receiver, bytes, 2, MSG_PEEK | MSG_TRUNC));
    T(recv(receiver, bytes, sizeof bytes, 0));
    T(recv(receiver, bytes, sizeof bytes, MSG_PEEK));
    T(recv(receiver, bytes, sizeof bytes, 0));
    T(recv(receiver, bytes, 6, 0));
    printf("  \"%.6s\", the rest is lost\n", bytes);
    T(recv(receiver, bytes, 3, MSG_TRUNC));
    T(read(receiver, bytes, sizeof bytes));
    T(recv(receiver, bytes, sizeof bytes, MSG_DONTWAIT));

    // Taken with no room at all.
    T(sendto(sender, "nothing of it", 13, 0, AT(to)));
    await(receiver, POLLIN);
    T(recv(receiver, bytes, 0, 0));
    T(recv(receiver, bytes, sizeof bytes, MSG_DONTWAIT));

    // An address that is cut.
    T(sendto(sender, "x", 1, 0, AT(to)));
    await(receiver, POLLIN);
    memset(&from, 0xee, sizeof from);
    len = 3;
    T(recvfrom(receiver, bytes, sizeof bytes, 0, &from.any, &len));
    printf("  length %d, untouched %d\n", len == sizeof from.v4, ((unsigned char *)&from)[3] == 0xee);

    // Large ones.
    static char large[66000];
    memset(large, 'l', sizeof large);
    T(sendto(sender, large, 65507, 0, AT(to)));
    await(receiver, POLLIN);
    T(recv(receiver, large, sizeof large, 0));
    T(sendto(sender, large, 65508, 0, AT(to)));
    T(sendto(sender, large, sizeof large, 0, AT(to)));

    T(send(sender, "x", 1, 0));
    T(write(sender, "x", 1));
    address_t v6 = loopback(AF_INET6, 9), port_0 = loopback(AF_INET, 0);
    T(sendto(sender, "x", 1, 0, AT(v6)));
    T(sendto(sender, "x", 1, 0, AT(port_0)));
    T(sendto(sender, "x", 1, 0, &to.any, 4));
    T(sendto(NOFD, "x", 1, 0, AT(to)));
    address_t broadcast = address_of("255.255.255.255", 9);
    T(sendto(sender, "x", 1, 0, AT(broadcast)));
    len = sizeof from;
    T(getpeername(sender, &from.any, &len));
    return 0;
}
