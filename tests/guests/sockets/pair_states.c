// Every call on an end of a pair of sockets or of a pipe, in every state.
#include "states.h"

static int ends[2];

static int nonblocking(int fd) {
    MUST(fcntl(fd, F_SETFL, O_NONBLOCK));
    return fd;
}

static int stream(void) {
    MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    return nonblocking(ends[0]);
}

static int datagram(void) {
    MUST(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends));
    return nonblocking(ends[0]);
}

static int pipe_out(void) {
    MUST(pipe(ends));
    return nonblocking(ends[0]);
}

static int pipe_in(void) {
    MUST(pipe(ends));
    int other = ends[0];
    ends[0] = ends[1];
    ends[1] = other;
    return nonblocking(ends[0]);
}

// With something to read.
#define FULL(name, state)                                  \
    static int name(void) {                                \
        int fd = state();                                  \
        MUST(write(ends[1], "abc", 3));                    \
        return fd;                                         \
    }

// The other end is closed.
#define GONE(name, state)      \
    static int name(void) {    \
        int fd = state();      \
        MUST(close(ends[1]));  \
        return fd;             \
    }

FULL(stream_full, stream)
FULL(datagram_full, datagram)
FULL(pipe_full, pipe_out)
GONE(stream_gone, stream)
GONE(stream_full_gone, stream_full)
GONE(datagram_gone, datagram)
GONE(pipe_out_gone, pipe_out)
GONE(pipe_full_gone, pipe_full)
GONE(pipe_in_gone, pipe_in)
SHUT(stream_shut_rd, stream_full, SHUT_RD)
SHUT(stream_shut_wr, stream_full, SHUT_WR)
SHUT(stream_shut, stream_full, SHUT_RDWR)
SHUT(datagram_shut, datagram_full, SHUT_RDWR)

static const struct state states[] = {
    STATE(stream), STATE(stream_full), STATE(stream_gone), STATE(stream_full_gone), STATE(stream_shut_rd),
    STATE(stream_shut_wr), STATE(stream_shut), STATE(datagram), STATE(datagram_full), STATE(datagram_gone),
    STATE(datagram_shut), STATE(pipe_out), STATE(pipe_full), STATE(pipe_out_gone), STATE(pipe_full_gone), STATE(pipe_in),
    STATE(pipe_in_gone),
};

static int write_it(int fd) { return write(fd, "x", 1); }
static int read_it(int fd) { return read(fd, &byte, 1); }

static const struct call calls[] = {
    CALL(bind_it), CALL(connect_it_to_ip), CALL(listen_it), CALL(accept_it), CALL(peer_name), CALL(shut_rd), CALL(shut_wr),
    CALL(shut_both), CALL(shut_wrongly), CALL(send_it), CALL(write_it), CALL(receive), CALL(read_it), CALL(peek),
    CALL(waiting), CALL(at_mark), CALL(pending_error), CALL(set_switch), CALL(set_hops), CALL(get_hops),
    CALL(is_listening),
};

int main(void) {
    for (size_t s = 0; s < COUNT(states); s++)
        for (size_t c = 0; c < COUNT(calls); c++) try(&states[s], &calls[c]);
    return 0;
}
