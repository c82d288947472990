// SO_LINGER: kept, and with a time of 0 a close resets the connection.
#include "sockets.h"

int main(void) {
    int client, server;
    tcp_pair(AF_INET, &client, &server);
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    T(setsockopt(server, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
    T(close(server));
    await(client, POLLIN);
    char byte;
    T(recv(client, &byte, 1, 0));
    T(recv(client, &byte, 1, 0));
    return 0;
}
