// sendmmsg and recvmmsg: several messages in one call, what stops them, and what each is said to have been.
#include "sockets.h"

static char bytes[4][8];
static struct iovec buffers[4];
static struct mmsghdr messages[4];
static address_t names[4];

static void prepare(const char *text) {
    for (int i = 0; i < 4; i++) {
        snprintf(bytes[i], sizeof bytes[i], text, i);
        buffers[i] = (struct iovec){bytes[i], strlen(text) ? strlen(bytes[i]) : sizeof bytes[i]};
        messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &buffers[i], .msg_iovlen = 1}, .msg_len = 99};
    }
}

static void show(int count) {
    for (int i = 0; i < 4; i++)
        printf("  %u%s %.*s\n", messages[i].msg_len, messages[i].msg_hdr.msg_flags & MSG_TRUNC ? " cut" : "",
               i < count ? (int)messages[i].msg_len : 0, bytes[i]);
}

int main(void) {
    int left, right;
    udp_pair(AF_INET, &left, &right);
    prepare("one-%d");
    T(sendmmsg(left, messages, 4, 0));
    show(4);
    await(right, POLLIN);
    prepare("");
    T(recvmmsg(right, messages, 2, 0, NULL));
    show(2);
    prepare("");
    buffers[0].iov_len = 2;
    for (int i = 0; i < 4; i++) messages[i].msg_hdr.msg_name = &names[i], messages[i].msg_hdr.msg_namelen = sizeof names[i];
    T(recvmmsg(right, messages, 4, MSG_DONTWAIT, NULL));
    show(2);
    printf("from %s, length %d\n", text_of(&names[1]), messages[1].msg_hdr.msg_namelen == sizeof names[1].v4);
    T(recvmmsg(right, messages, 4, MSG_DONTWAIT, NULL));

    // The first is waited for, the others not.
    prepare("two-%d");
    T(sendmmsg(left, messages, 2, 0));
    await(right, POLLIN);
    prepare("");
    T(recvmmsg(right, messages, 4, MSG_WAITFORONE, NULL));
    show(2);

    // The time is looked at when a message has come.
    prepare("three-%d");
    T(sendmmsg(left, messages, 3, 0));
    await(right, POLLIN);
    prepare("");
    T(recvmmsg(right, messages, 3, 0, &(struct timespec){0}));
    T(recvmmsg(right, messages, 3, MSG_DONTWAIT, &(struct timespec){.tv_sec = 10}));
    T(recvmmsg(right, messages, 3, 0, &(struct timespec){.tv_nsec = -1}));

    // One that fails stops it, and is an error only if it is the first.
    prepare("four-%d");
    messages[2].msg_hdr.msg_iovlen = 5000;
    T(sendmmsg(left, messages, 4, 0));
    T(sendmmsg(left, messages + 2, 2, 0));
    T(sendmmsg(left, messages, 0, 0));
    T(recvmmsg(left, messages, 0, 0, NULL));
    T(sendmmsg(NOFD, messages, 1, 0));
    T(sendmmsg(3, messages, 1, 0));
    T(recvmmsg(NOFD, messages, 1, 0, NULL));
    T(recvmmsg(3, messages, 1, 0, NULL));

    // A stream has no boundaries.
    int client, server;
    tcp_pair(AF_INET, &client, &server);
    prepare("five-%d");
    T(sendmmsg(client, messages, 3, 0));
    await_bytes(server, 18);
    prepare("");
    T(recvmmsg(server, messages, 4, MSG_DONTWAIT, NULL));
    show(3);
    return 0;
}
