// A connection that cannot be made for now, because the server's queue is full: every call says so.
#include "sockets.h"

int main(void) {
    int server = bound(AF_INET, SOCK_STREAM);
    MUST(listen(server, 1));
    address_t name = name_of(server), peer;
    socklen_t len = sizeof peer;
    char byte;
    // A queue of one holds two.
    for (int i = 0; i < 2; i++) {
        int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
        MUST(connect(fd, AT(name)));
    }
    int fd = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    T(connect(fd, AT(name)));
    T(connect(fd, AT(name)));
    T(connect(fd, AT(name)));
    show_poll("pending", fd, 50);
    T(int_option(fd, SOL_SOCKET, SO_ERROR));
    T(getpeername(fd, &peer.any, &len));
    T(getsockname(fd, &peer.any, &len));
    printf("own %s\n", text_of(&peer));
    T(send(fd, "x", 1, MSG_NOSIGNAL));
    T(recv(fd, &byte, 1, 0));
    T(listen(fd, 1));
    T(bind(fd, AT(name)));

    // A blocking one gives up at SO_SNDTIMEO.
    int patient = MUST(socket(AF_INET, SOCK_STREAM, 0));
    struct timeval soon = {.tv_usec = 100000};
    T(setsockopt(patient, SOL_SOCKET, SO_SNDTIMEO, &soon, sizeof soon));
    int64_t before = now_ms();
    T(connect(patient, AT(name)));
    printf("waited %d\n", now_ms() - before >= 90);
    T(connect(patient, AT(name)));

    // A close gives it up.
    T(close(fd));
    T(close(patient));
    return 0;
}
