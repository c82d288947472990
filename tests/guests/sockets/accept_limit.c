// When there is no number for a connection, it stays in the queue: for poll, and for the accept that has one.
#include "sockets.h"
#ifndef __wasi__
#include <sys/resource.h>
#endif

int main(void) {
#ifndef __wasi__
    MUST(setrlimit(RLIMIT_NOFILE, &(struct rlimit){100, 100}));
#endif
    int server = listener(AF_INET), client = MUST(socket(AF_INET, SOCK_STREAM, 0)), last = -1;
    address_t name = name_of(server);
    MUST(connect(client, AT(name)));
    MUST(send(client, "x", 1, 0));
    for (int fd; (fd = dup(3)) >= 0;) last = fd;
    T(dup(3));
    T(accept(server, NULL, NULL));
    T(accept4(server, NULL, NULL, SOCK_NONBLOCK));
    show_poll("it still waits", server, 1000);

    // A pair needs two numbers, and takes none.
    int ends[2] = {-7, -7};
    MUST(close(last));
    T(pipe(ends));
    T(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    printf("untouched %d\n", ends[0] == -7 && ends[1] == -7);
    int accepted = MUST(accept(server, NULL, NULL));
    printf("the free number %d\n", accepted == last);
    char byte = 0;
    T(recv(accepted, &byte, 1, 0));
    T(socket(AF_INET, SOCK_STREAM, 0));
    T(socket(AF_INET, SOCK_DGRAM, 0));
    T(fcntl(client, F_DUPFD, 0));

    // dup2 needs no free number if it takes the place of something.
    T(dup2(client, accepted) == accepted);
    T(send(accepted, "y", 1, 0));

    // It closes nothing when it fails.
    T(dup2(50000, accepted));
    T(dup2(accepted, -1));
    T(dup2(accepted, 1 << 30));
    T(dup3(accepted, accepted, 0));
    T(dup3(client, accepted, 0x12345));
    T(int_option(accepted, SOL_SOCKET, SO_ACCEPTCONN));
    return 0;
}
