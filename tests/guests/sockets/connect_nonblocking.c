// A connect that does not wait comes to its end by whatever the program does next, not by poll only.
//! resources: 57
#include "sockets.h"

static address_t server_name;

static int start(void) {
    int fd = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    T(connect(fd, AT(server_name)));
    return fd;
}

// Repeats a call while it says that the connection is not there yet; a second is enough on loopback.
#define UNTIL(pending, call)                                                          \
    ({                                                                                \
        long until_result;                                                            \
        for (int i = 0; i < 1000; i++) {                                              \
            until_result = (call);                                                    \
            if (until_result != -1 || errno != (pending)) break;                      \
            nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);                  \
        }                                                                             \
        trace(#call, until_result);                                                   \
    })

int main(void) {
    int server = listener(AF_INET);
    server_name = name_of(server);
    address_t peer;
    socklen_t len;
    char bytes[8];

    int fd = start();
    show_poll("connecting", fd, 5000);
    T(int_option(fd, SOL_SOCKET, SO_ERROR));
    T(connect(fd, AT(server_name)));
    T(connect(fd, AT(server_name)));
    T(send(fd, "polled", 6, 0));
    int accepted = MUST(accept(server, NULL, NULL));
    T(recv(accepted, bytes, sizeof bytes, 0));

    fd = start();
    len = sizeof peer;
    UNTIL(ENOTCONN, getpeername(fd, &peer.any, &len));
    printf("peer %s\n", text_of(&peer));

    fd = start();
    UNTIL(EAGAIN, send(fd, "first", 5, 0));
    T(send(fd, "second", 6, 0));

    fd = start();
    UNTIL(EAGAIN, write(fd, "written", 7));

    for (int i = 0; i < 3; i++) accepted = MUST(accept(server, NULL, NULL));
    T(recv(accepted, bytes, sizeof bytes, 0));

    // SO_ERROR is 0 while it goes on and when it has succeeded.
    fd = start();
    accepted = MUST(accept(server, NULL, NULL));
    T(int_option(fd, SOL_SOCKET, SO_ERROR));
    UNTIL(EAGAIN, send(fd, "asked", 5, 0));
    T(recv(accepted, bytes, sizeof bytes, 0));

    // recv finishes it, too: the answer is there before anything else was asked of the client's end.
    fd = start();
    accepted = MUST(accept(server, NULL, NULL));
    MUST(send(accepted, "hello", 5, 0));
    UNTIL(EAGAIN, recv(fd, bytes, sizeof bytes, 0));

    // And so does connect itself.
    fd = start();
    UNTIL(EALREADY, connect(fd, AT(server_name)));
    UNTIL(EALREADY, connect(fd, AT(server_name)));
    accepted = MUST(accept(server, NULL, NULL));
    T(send(fd, "x", 1, 0));

    // Made blocking meanwhile, send waits for the connection.
    fd = start();
    T(fcntl(fd, F_SETFL, 0));
    T(send(fd, "waited", 6, 0));
    accepted = MUST(accept(server, NULL, NULL));
    T(recv(accepted, bytes, sizeof bytes, 0));

    // Closed before it was finished.
    fd = start();
    T(close(fd));
    return 0;
}
