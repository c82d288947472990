// getsockname and getpeername: lengths too small and too large, unbound sockets, errors.
#include "sockets.h"

static void show(const char *what, int (*get)(int, struct sockaddr *, socklen_t *), int fd, socklen_t room) {
    unsigned char raw[256];
    memset(raw, 0xee, sizeof raw);
    socklen_t len = room;
    int result = get(fd, (struct sockaddr *)raw, &len);
    int written = sizeof raw;
    while (written > 0 && raw[written - 1] == 0xee) written--;
    // sockaddr_in has a padding in some libcs, whose size is told and need not be written.
    bool v4 = len == sizeof(struct sockaddr_in), v6 = len == sizeof(struct sockaddr_in6);
    printf("%s with room for %d = %d %s, length %s, no more written %d\n", what, (int)room, result,
           result ? errno_name(errno) : "", v4 ? "sockaddr_in" : v6 ? "sockaddr_in6" : "same", written <= (int)room);
}

int main(void) {
    int client, server, client6, server6, udp = MUST(socket(AF_INET, SOCK_DGRAM, 0));
    tcp_pair(AF_INET, &client, &server);
    tcp_pair(AF_INET6, &client6, &server6);
    for (socklen_t room = 0; room <= 200; room = room ? room * 3 : 1) {
        show("getsockname", getsockname, client, room);
        show("getpeername", getpeername, client, room);
        show("getsockname v6", getsockname, server6, room);
        show("getpeername v6", getpeername, server6, room);
    }
    show("getsockname", getsockname, client, (socklen_t)-1);
    show("getpeername", getpeername, client, (socklen_t)-1);
    show("getsockname", getsockname, NOFD, 60);
    show("getsockname", getsockname, 3, 60);
    show("getpeername", getpeername, NOFD, 60);
    show("getpeername", getpeername, 3, 60);
    show("getpeername", getpeername, udp, 60);

    address_t unbound = name_of(udp), mine = name_of(client), theirs;
    memset(&theirs, 0, sizeof theirs);
    printf("unbound %s\n", text_of(&unbound));
    socklen_t len = sizeof theirs;
    MUST(getpeername(server, &theirs.any, &len));
    printf("client's own is the server's peer %d %s\n", memcmp(&mine, &theirs, sizeof mine.v4) == 0, text_of(&mine));
    mine = name_of(server6);
    memset(&theirs, 0, sizeof theirs);
    len = sizeof theirs;
    MUST(getpeername(client6, &theirs.any, &len));
    printf("server's own is the client's peer %d %s\n", memcmp(&mine, &theirs, sizeof mine.v6) == 0, text_of(&mine));
    int fresh6 = MUST(socket(AF_INET6, SOCK_STREAM, 0));
    unbound = name_of(fresh6);
    printf("unbound %s\n", text_of(&unbound));

    // The name stays when the peer has gone.
    MUST(close(server));
    await(client, POLLIN);
    T(getpeername(client, &theirs.any, &(socklen_t){sizeof theirs}));
    T(getsockname(client, &theirs.any, &(socklen_t){sizeof theirs}));
    return 0;
}
