// Every call on a UDP socket in every state: what it says, and what poll and SO_ERROR say afterwards.
#include "states.h"

static address_t other_name;
static int other;

static int fresh(void) { return MUST(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)); }

static int bound_one(void) {
    int fd = fresh();
    address_t any = loopback(AF_INET, 0);
    MUST(bind(fd, AT(any)));
    return fd;
}

static int connected(void) {
    int fd = fresh();
    MUST(connect(fd, AT(other_name)));
    return fd;
}

static int with_data(void) {
    int fd = bound_one();
    address_t name = name_of(fd);
    MUST(sendto(other, "abc", 3, 0, AT(name)));
    await(fd, POLLIN);
    return fd;
}

static int disconnected(void) {
    int fd = connected();
    connect(fd, NOWHERE);
    return fd;
}

SHUT(fresh_shut, fresh, SHUT_RDWR)
SHUT(fresh_shut_rd, fresh, SHUT_RD)
SHUT(bound_shut_wr, bound_one, SHUT_WR)
SHUT(connected_shut_rd, connected, SHUT_RD)
SHUT(connected_shut_wr, connected, SHUT_WR)
SHUT(connected_shut, connected, SHUT_RDWR)
SHUT(with_data_shut, with_data, SHUT_RDWR)

static const struct state states[] = {
    STATE(fresh), STATE(bound_one), STATE(connected), STATE(with_data), STATE(disconnected), STATE(fresh_shut),
    STATE(fresh_shut_rd), STATE(bound_shut_wr), STATE(connected_shut_rd), STATE(connected_shut_wr),
    STATE(connected_shut), STATE(with_data_shut),
};

static int connect_it(int fd) { return connect(fd, AT(other_name)); }
static int send_to(int fd) { return sendto(fd, "x", 1, MSG_NOSIGNAL, AT(other_name)); }

static const struct call calls[] = {
    CALL(own_name), CALL(peer_name), CALL(bind_it), CALL(connect_it), CALL(connect_nowhere), CALL(listen_it),
    CALL(accept_it), CALL(shut_rd), CALL(shut_wr), CALL(shut_both), CALL(shut_wrongly), CALL(send_it), CALL(send_to),
    CALL(receive), CALL(peek), CALL(waiting), CALL(at_mark), CALL(pending_error), CALL(set_switch), CALL(set_hops),
    CALL(get_hops), CALL(is_listening),
};

int main(void) {
    other = bound(AF_INET, SOCK_DGRAM);
    other_name = name_of(other);
    for (size_t s = 0; s < COUNT(states); s++)
        for (size_t c = 0; c < COUNT(calls); c++) try(&states[s], &calls[c]);
    return 0;
}
