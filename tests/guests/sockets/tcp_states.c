// Every call on a TCP socket in every state: what it says, and what poll and SO_ERROR say afterwards.
#include "states.h"

static address_t listening_at, refusing_at;
static int listening;

static int fresh(void) { return MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)); }

static int nonblocking(int fd) {
    MUST(fcntl(fd, F_SETFL, O_NONBLOCK));
    return fd;
}

static int bound_one(void) { return nonblocking(bound(AF_INET, SOCK_STREAM)); }
static int listener_one(void) { return nonblocking(listener(AF_INET)); }

static int listener_with_peer(void) {
    int fd = listener_one(), client = MUST(socket(AF_INET, SOCK_STREAM, 0));
    address_t name = name_of(fd);
    MUST(connect(client, AT(name)));
    await(fd, POLLIN);
    return fd;
}

// The server's end of a connection is the number before its client's.
static int connected(void) {
    int place = MUST(dup(3)), client = fresh(), server;
    connect(client, AT(listening_at));
    await(client, POLLOUT);
    await(listening, POLLIN);
    server = MUST(accept(listening, NULL, NULL));
    MUST(int_option(client, SOL_SOCKET, SO_ERROR));
    MUST(connect(client, AT(listening_at))); // Tells of the connection.
    MUST(dup2(server, place));
    MUST(close(server));
    return client;
}

static int peer_of(int fd) { return fd - 1; }

static int with_data(void) {
    int fd = connected();
    MUST(send(peer_of(fd), "abc", 3, 0));
    await_bytes(fd, 3);
    return fd;
}

static int peer_said_all(void) {
    int fd = connected();
    MUST(shutdown(peer_of(fd), SHUT_WR));
    await(fd, POLLIN);
    return fd;
}

static int refused(void) {
    int fd = fresh();
    connect(fd, AT(refusing_at));
    await(fd, POLLOUT);
    return fd;
}

static int refused_told(void) {
    int fd = refused();
    MUST(int_option(fd, SOL_SOCKET, SO_ERROR));
    return fd;
}

static int refused_twice_told(void) {
    int fd = refused();
    connect(fd, AT(refusing_at));
    return fd;
}

SHUT(fresh_shut, fresh, SHUT_RDWR)
SHUT(fresh_shut_wr, fresh, SHUT_WR)
SHUT(bound_shut, bound_one, SHUT_RD)
SHUT(listener_shut_rd, listener_with_peer, SHUT_RD)
SHUT(listener_shut_wr, listener_with_peer, SHUT_WR)
SHUT(listener_shut, listener_with_peer, SHUT_RDWR)
SHUT(connected_shut_rd, with_data, SHUT_RD)
SHUT(connected_shut_wr, with_data, SHUT_WR)
SHUT(connected_shut, with_data, SHUT_RDWR)
SHUT(refused_shut, refused, SHUT_RDWR)

static int disconnected(void) {
    int fd = listener_one();
    connect(fd, NOWHERE);
    return fd;
}

static const struct state states[] = {
    STATE(fresh), STATE(bound_one), STATE(listener_one), STATE(listener_with_peer), STATE(connected), STATE(with_data),
    STATE(peer_said_all), STATE(refused), STATE(refused_told), STATE(refused_twice_told),
    STATE(fresh_shut), STATE(fresh_shut_wr), STATE(bound_shut), STATE(listener_shut_rd), STATE(listener_shut_wr),
    STATE(listener_shut), STATE(connected_shut_rd), STATE(connected_shut_wr), STATE(connected_shut),
    STATE(refused_shut), STATE(disconnected),
};

static int connect_it(int fd) { return connect(fd, AT(listening_at)); }
static int connect_refused(int fd) { return connect(fd, AT(refusing_at)); }

static const struct call calls[] = {
    CALL(own_name), CALL(peer_name), CALL(bind_it), CALL(connect_it), CALL(connect_refused), CALL(connect_nowhere),
    CALL(listen_it), CALL(accept_it), CALL(shut_rd), CALL(shut_wr), CALL(shut_both), CALL(shut_wrongly), CALL(send_it),
    CALL(receive), CALL(peek), CALL(waiting), CALL(at_mark), CALL(pending_error), CALL(set_switch), CALL(set_hops), CALL(get_hops),
    CALL(is_listening),
};

int main(void) {
    listening = listener(AF_INET);
    listening_at = name_of(listening);
    refusing_at = refusing(AF_INET, SOCK_STREAM);
    for (size_t s = 0; s < COUNT(states); s++)
        for (size_t c = 0; c < COUNT(calls); c++) {
            try(&states[s], &calls[c]);
            // It may have left peers in the queue.
            nonblocking(listening);
            for (int new; (new = accept(listening, NULL, NULL)) >= 0;) close(new);
            MUST(fcntl(listening, F_SETFL, 0));
        }
    return 0;
}
