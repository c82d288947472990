// SO_RCVTIMEO and SO_SNDTIMEO: values, and how long each call waits.
#include "sockets.h"

static void show(int fd, int option) {
    struct timeval value = {7, 7};
    socklen_t len = sizeof value;
    T(getsockopt(fd, SOL_SOCKET, option, &value, &len));
    printf("  %d s %d us, length %d\n", (int)value.tv_sec, (int)value.tv_usec, len == sizeof value);
}

// A call that should give up after a tenth of a second, neither at once nor late.
#define WAITS(call)                                                                             \
    do {                                                                                        \
        int64_t before = now_ms();                                                              \
        trace(#call, (call));                                                                   \
        int64_t waited = now_ms() - before;                                                     \
        printf("  waited %s\n", waited < 90 ? "too short" : waited < 2000 ? "" : "too long");   \
    } while (0)

int main(void) {
    int client, server, udp = bound(AF_INET, SOCK_DGRAM), listening = listener(AF_INET);
    tcp_pair(AF_INET, &client, &server);
    show(client, SO_RCVTIMEO);
    show(client, SO_SNDTIMEO);
    struct timeval tenth = {.tv_usec = 100000}, long_time = {.tv_sec = 5000, .tv_usec = 500000}, none = {0};
    T(setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &long_time, sizeof long_time));
    show(client, SO_RCVTIMEO);
    T(setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &none, sizeof none));
    show(client, SO_RCVTIMEO);
    T(setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_usec = 1000000}, sizeof none));
    T(setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_usec = -1}, sizeof none));
    T(setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &tenth, 4));

    const int all[] = {client, server, udp, listening};
    for (size_t i = 0; i < COUNT(all); i++) {
        MUST(setsockopt(all[i], SOL_SOCKET, SO_RCVTIMEO, &tenth, sizeof tenth));
        MUST(setsockopt(all[i], SOL_SOCKET, SO_SNDTIMEO, &tenth, sizeof tenth));
    }
    show(client, SO_RCVTIMEO);
    show(client, SO_SNDTIMEO);
    char bytes[8];
    WAITS(recv(client, bytes, sizeof bytes, 0));
    WAITS(read(client, bytes, sizeof bytes));
    WAITS(recv(client, bytes, sizeof bytes, MSG_PEEK));
    WAITS(recv(udp, bytes, sizeof bytes, 0));
    WAITS(recvfrom(udp, bytes, sizeof bytes, 0, NULL, NULL));
    WAITS(accept(listening, NULL, NULL));

    // WAITALL gives what came until then.
    T(send(server, "part", 4, 0));
    WAITS(recv(client, bytes, sizeof bytes, MSG_WAITALL));

    // O_NONBLOCK and MSG_DONTWAIT wait for nothing.
    int64_t before = now_ms();
    T(recv(client, bytes, sizeof bytes, MSG_DONTWAIT));
    T(fcntl(client, F_SETFL, O_NONBLOCK));
    T(recv(client, bytes, sizeof bytes, 0));
    printf("at once %d\n", now_ms() - before < 90);

    // A full send buffer: what fits is sent, then nothing.
    static char block[1 << 20];
    long sent;
    do sent = send(server, block, sizeof block, 0);
    while (sent > 0);
    printf("full = %ld %s\n", sent, errno_name(errno));
    WAITS(send(server, block, sizeof block, 0));
    WAITS(write(server, block, sizeof block));
    return 0;
}
