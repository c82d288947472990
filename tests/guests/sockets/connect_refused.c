// A connect that does not wait and is refused: who tells, how often, and what the socket is good for afterwards.
#include "sockets.h"

static address_t refused;

static int start(void) {
    int fd = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    T(connect(fd, AT(refused)));
    await(fd, POLLOUT);
    return fd;
}

int main(void) {
    refused = refusing(AF_INET, SOCK_STREAM);
    address_t peer;
    socklen_t len = sizeof peer;
    char byte;

    printf("-- SO_ERROR tells once\n");
    int fd = start();
    show_poll("refused", fd, 0);
    T(int_option(fd, SOL_SOCKET, SO_ERROR) == ECONNREFUSED);
    T(int_option(fd, SOL_SOCKET, SO_ERROR));
    T(getpeername(fd, &peer.any, &len));
    T(send(fd, "x", 1, MSG_NOSIGNAL));
    T(recv(fd, &byte, 1, 0));

    printf("-- send tells once\n");
    fd = start();
    T(send(fd, "x", 1, MSG_NOSIGNAL));
    T(send(fd, "x", 1, MSG_NOSIGNAL));
    T(int_option(fd, SOL_SOCKET, SO_ERROR));

    printf("-- recv tells once\n");
    fd = start();
    T(recv(fd, &byte, 1, 0));
    T(recv(fd, &byte, 1, 0));

    printf("-- connect tells once, and then tries again\n");
    fd = start();
    T(connect(fd, AT(refused)));
    T(connect(fd, AT(refused)));
    await(fd, POLLOUT);
    int server = listener(AF_INET);
    address_t name = name_of(server);
    T(connect(fd, AT(name)));
    T(connect(fd, AT(name)));
    await(fd, POLLOUT);
    T(int_option(fd, SOL_SOCKET, SO_ERROR));
    T(getpeername(fd, &peer.any, &len));
    T(send(fd, "x", 1, 0));

    printf("-- a new socket in a loop, as clients do\n");
    for (int i = 0; i < 3; i++) {
        fd = start();
        T(int_option(fd, SOL_SOCKET, SO_ERROR) == ECONNREFUSED);
        T(close(fd));
    }
    return 0;
}
