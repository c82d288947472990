// shutdown of a listener: who waits is turned away, who comes is refused, and it can listen again.
//! resources: 32
#include "sockets.h"

static int try_to_connect(address_t name) {
    int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
    int result = connect(fd, AT(name));
    close(fd);
    return result;
}

static void show(const char *name, int how) {
    printf("-- %s\n", name);
    int server = asking_listener(AF_INET), waiting = MUST(socket(AF_INET, SOCK_STREAM, 0));
    address_t address = name_of(server);
    MUST(connect(waiting, AT(address)));
    await(server, POLLIN);
    T(shutdown(server, how));
    T(try_to_connect(address));
    MUST(fcntl(server, F_SETFL, O_NONBLOCK));
    int accepted = accept(server, NULL, NULL);
    printf("accept %s\n", accepted < 0 ? errno_name(errno) : "ok");
    show_poll("the server", server, 0);
    if (accepted < 0) {
        char byte;
        await(waiting, POLLIN);
        // It may have learned of the end, or of being turned away.
        printf("who waited has nothing %d\n", recv(waiting, &byte, 1, 0) <= 0);
        T(shutdown(server, how));
        T(listen(server, 4));
        address = name_of(server);
        T(try_to_connect(address));
        await(server, POLLIN);
        printf("accept %s\n", accept(server, NULL, NULL) < 0 ? errno_name(errno) : "ok");
    }
}

int main(void) {
    show("SHUT_RD", SHUT_RD);
    show("SHUT_WR", SHUT_WR);
    show("SHUT_RDWR", SHUT_RDWR);

    printf("-- a port that was asked for stays\n");
    int server = asking_listener(AF_INET);
    address_t address = name_of(server);
    T(shutdown(server, SHUT_RDWR));
    T(try_to_connect(address));
    T(bind(server, AT(address)));
    T(listen(server, 4));
    address_t again = name_of(server);
    printf("the same port %d\n", port_of(&again) == port_of(&address));
    T(try_to_connect(address));

    printf("-- one that was not asked for is let go of\n");
    int unasking = listener(AF_INET);
    T(shutdown(unasking, SHUT_RD));
    T(listen(unasking, 4));
    address = name_of(unasking);
    T(try_to_connect(address));

    printf("-- as a client, after all\n");
    int other = listener(AF_INET);
    address = name_of(other);
    T(shutdown(server, SHUT_RD));
    T(connect(server, AT(address)));
    T(connect(server, &(struct sockaddr){.sa_family = AF_UNSPEC}, sizeof(struct sockaddr)));
    T(send(server, "x", 1, MSG_NOSIGNAL));
    return 0;
}
