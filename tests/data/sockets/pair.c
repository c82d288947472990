// The two sides of a connection, for pairs of a native program and a component:
//   pair server SCENARIO        says its port first
//   pair client SCENARIO PORT
// The output of a side does not depend on the kind of the other one.
#include "sockets.h"

enum {
    ROW = 1000,
    CROWD = 200,
    BULK = 64 << 20,
    ANSWER = 1 << 20,
    STREAM = 8 << 20,
};

static void check(bool holds, const char *what) {
    if (holds) return;
    printf("not so: %s\n", what);
    exit(98);
}

static int connected(const address_t *to) {
    int fd = MUST(socket(to->any.sa_family, SOCK_STREAM, 0));
    MUST(connect(fd, AT(*to)));
    return fd;
}

static int accepted(int listener) { return MUST(accept(listener, NULL, NULL)); }

static void nonblocking(int fd) { MUST(fcntl(fd, F_SETFL, O_NONBLOCK)); }

static void send_number(int fd, uint32_t number) {
    check(send(fd, &number, sizeof number, MSG_NOSIGNAL) == sizeof number, "a number is sent at once");
}

static uint32_t receive_number(int fd) {
    uint32_t number;
    check(recv(fd, &number, sizeof number, MSG_WAITALL) == sizeof number, "a number comes");
    return number;
}

static void expect_end(int fd) {
    char byte;
    check(recv(fd, &byte, 1, 0) == 0, "the peer has closed");
}

// A stream of bytes that both sides know; `hash` is of those that have passed.
typedef struct {
    uint32_t seed, hash;
    long at, total;
} stream_t;

static stream_t stream(uint32_t seed, long total) { return (stream_t){.seed = seed, .hash = 2166136261u, .total = total}; }

static unsigned char byte_at(const stream_t *stream, long at) {
    return (unsigned char)((at * 2654435761u + stream->seed) >> 11);
}

static void pass(stream_t *stream, const unsigned char *bytes, long count) {
    uint32_t hash = stream->hash;
    for (long i = 0; i < count; i++) hash = (hash ^ bytes[i]) * 16777619u;
    stream->hash = hash;
    stream->at += count;
}

// Sends the next of it, as many as go at once; -1 if there is an error, EAGAIN included.
static long send_some(int fd, stream_t *stream, long most) {
    static unsigned char block[100000];
    long count = stream->total - stream->at;
    if (count > most) count = most;
    if (count > (long)sizeof block) count = sizeof block;
    for (long i = 0; i < count; i++) block[i] = byte_at(stream, stream->at + i);
    long sent = send(fd, block, (size_t)count, MSG_NOSIGNAL);
    if (sent > 0) pass(stream, block, sent);
    return sent;
}

static void send_rest(int fd, stream_t *stream) {
    while (stream->at < stream->total) MUST(send_some(fd, stream, stream->total));
}

// Receives as many as are there, 0 at the end.
static long receive_some(int fd, stream_t *stream, size_t most) {
    static unsigned char block[100000];
    long got = recv(fd, block, most < sizeof block ? most : sizeof block, 0);
    for (long i = 0; i < got; i++) check(block[i] == byte_at(stream, stream->at + i), "a byte is as it was sent");
    if (got > 0) pass(stream, block, got);
    return got;
}

static void receive_rest(int fd, stream_t *stream) {
    while (MUST(receive_some(fd, stream, SIZE_MAX)) > 0) {}
}

static void show(const char *what, const stream_t *stream) {
    printf("%s %ld of %ld bytes, %08x\n", what, stream->at, stream->total, (unsigned)stream->hash);
}

// A thousand connections, one after the other.

static void row_server(int listener) {
    for (int i = 0; i < ROW; i++) {
        int fd = accepted(listener);
        send_number(fd, ~receive_number(fd));
        MUST(close(fd));
    }
    printf("served %d\n", ROW);
}

static void row_client(const address_t *to) {
    for (uint32_t i = 0; i < ROW; i++) {
        int fd = connected(to);
        send_number(fd, i);
        check(receive_number(fd) == ~i, "the answer fits");
        expect_end(fd);
        MUST(close(fd));
    }
    printf("answered %d\n", ROW);
}

// Two hundred at once: no answer comes before all are there.

static void crowd_server(int listener) {
    struct pollfd fds[CROWD];
    nonblocking(listener);
    for (int count = 0; count < CROWD;) {
        await(listener, POLLIN);
        int fd = accept(listener, NULL, NULL);
        if (fd == -1 && errno == EAGAIN) continue;
        MUST(fd);
        nonblocking(fd);
        fds[count++] = (struct pollfd){.fd = fd, .events = POLLIN};
    }
    printf("%d are there\n", CROWD);
    for (int left = CROWD; left > 0;) {
        check(poll(fds, CROWD, 5000) > 0, "somebody says something");
        for (int i = 0; i < CROWD; i++) {
            char bytes[64];
            if (!fds[i].revents) continue;
            long got = recv(fds[i].fd, bytes, sizeof bytes, 0);
            if (got == -1 && errno == EAGAIN) continue;
            if (MUST(got) > 0) {
                check(send(fds[i].fd, bytes, (size_t)got, MSG_NOSIGNAL) == got, "an echo is sent at once");
                continue;
            }
            MUST(close(fds[i].fd));
            fds[i].fd = -1;
            left--;
        }
    }
    printf("all have gone\n");
}

static void crowd_client(const address_t *to) {
    struct pollfd fds[CROWD];
    for (int i = 0; i < CROWD; i++) {
        int fd = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
        check(connect(fd, AT(*to)) == -1 && errno == EINPROGRESS, "connect goes on in the background");
        fds[i] = (struct pollfd){.fd = fd, .events = POLLOUT};
    }
    for (int left = CROWD; left > 0;) {
        check(poll(fds, CROWD, 5000) > 0, "something happens");
        for (int i = 0; i < CROWD; i++) {
            if (!fds[i].revents) continue;
            if (fds[i].events == POLLOUT) {
                check(int_option(fds[i].fd, SOL_SOCKET, SO_ERROR) == 0, "a connection has come about");
                send_number(fds[i].fd, i);
                fds[i].events = POLLIN;
                continue;
            }
            check(receive_number(fds[i].fd) == (uint32_t)i, "the echo is one's own");
            fds[i].fd = -1 - fds[i].fd; // Out of the set, and kept until all have theirs.
            left--;
        }
    }
    printf("%d have their echo\n", CROWD);
    for (int i = 0; i < CROWD; i++) MUST(close(-1 - fds[i].fd));
}

// 64 MiB each way at the same time.

static void exchange(int fd, uint32_t sent, uint32_t received) {
    stream_t out = stream(sent, BULK), in = stream(received, BULK);
    nonblocking(fd);
    for (short wanted = POLLIN | POLLOUT; wanted;) {
        struct pollfd it = {.fd = fd, .events = wanted};
        check(poll(&it, 1, 20000) == 1, "it goes on");
        if (wanted & it.revents & POLLOUT) {
            check(send_some(fd, &out, out.total) > 0 || errno == EAGAIN, "it can be sent");
            if (out.at == out.total) {
                MUST(shutdown(fd, SHUT_WR));
                wanted &= ~POLLOUT;
            }
        }
        if (wanted & it.revents & POLLIN) {
            long got = receive_some(fd, &in, SIZE_MAX);
            check(got >= 0 || errno == EAGAIN, "it can be received");
            if (got == 0) wanted &= ~POLLIN;
        }
    }
    MUST(close(fd));
    show("sent", &out);
    show("received", &in);
}

static void bulk_server(int listener) { exchange(accepted(listener), 1, 2); }

static void bulk_client(const address_t *to) { exchange(connected(to), 2, 1); }

// Either side has said all before the other one begins.

static void half_close_server(int listener) {
    stream_t question = stream(3, 1000), answer = stream(4, ANSWER), thanks = stream(5, ANSWER);
    int fd = accepted(listener);
    receive_rest(fd, &question);
    show("question", &question);
    send_rest(fd, &answer);
    MUST(close(fd));
    fd = accepted(listener);
    MUST(shutdown(fd, SHUT_WR));
    receive_rest(fd, &thanks);
    show("thanks", &thanks);
    T(send(fd, "x", 1, MSG_NOSIGNAL));
    MUST(close(fd));
}

static void half_close_client(const address_t *to) {
    stream_t question = stream(3, 1000), answer = stream(4, ANSWER), thanks = stream(5, ANSWER);
    int fd = connected(to);
    send_rest(fd, &question);
    MUST(shutdown(fd, SHUT_WR));
    T(send(fd, "x", 1, MSG_NOSIGNAL));
    receive_rest(fd, &answer);
    show("answer", &answer);
    MUST(close(fd));
    fd = connected(to);
    expect_end(fd);
    send_rest(fd, &thanks);
    MUST(close(fd));
    show("thanks", &thanks);
}

// Closing with unread data resets the connection.

static void reset_server(int listener) {
    for (int i = 0; i < 3; i++) {
        char byte;
        int fd = accepted(listener);
        check(recv(fd, &byte, 1, 0) == 1, "two bytes come");
        MUST(close(fd));
    }
}

static void reset_client(const address_t *to) {
    char byte;
    int fd = connected(to);
    check(send(fd, "ab", 2, 0) == 2, "two bytes are sent at once");
    T(recv(fd, &byte, 1, 0));
    T(recv(fd, &byte, 1, 0));
    T(send(fd, &byte, 1, MSG_NOSIGNAL));
    MUST(close(fd));
    fd = connected(to);
    check(send(fd, "ab", 2, 0) == 2, "two bytes are sent at once");
    await(fd, POLLIN);
    show_poll("after the reset", fd, 0);
    int error = int_option(fd, SOL_SOCKET, SO_ERROR);
    printf("SO_ERROR %s, then %d\n", errno_name(error), int_option(fd, SOL_SOCKET, SO_ERROR));
    T(recv(fd, &byte, 1, 0));
    MUST(close(fd));
    fd = connected(to);
    FILE *file = fdopen(fd, "r+");
    fputs("ab", file);
    check(fflush(file) == 0, "two bytes are sent at once");
    printf("getc %d, %s, ferror %d\n", getc(file), errno_name(errno), ferror(file) != 0);
    fclose(file);
}

// The reader does not begin before the writer has had to wait, and takes its time.

static void slow_server(int listener) {
    stream_t in = stream(6, STREAM);
    int fd = accepted(listener), control = accepted(listener);
    printf("%u\n", (unsigned)receive_number(control));
    for (int count = 1; MUST(receive_some(fd, &in, 4000)) > 0; count++)
        if (count % 64 == 0) nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    show("received", &in);
    send_number(control, in.hash);
}

static void slow_client(const address_t *to) {
    stream_t out = stream(6, STREAM);
    int fd = connected(to), control = connected(to), waits = 0;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &(int){65536}, sizeof(int));
    nonblocking(fd);
    while (out.at < out.total) {
        long sent = send_some(fd, &out, out.total);
        if (sent > 0) continue;
        check(sent == -1 && errno == EAGAIN, "there is no room");
        if (waits++ == 0) send_number(control, 6);
        await(fd, POLLOUT);
    }
    MUST(shutdown(fd, SHUT_WR));
    show("sent", &out);
    printf("waited %d, read as sent %d\n", waits > 1, receive_number(control) == out.hash);
}

// A port that is somebody's who does not listen; a connection says which.

static void refused_server(int listener) {
    int fd = accepted(listener);
    address_t nobody = refusing(AF_INET, SOCK_STREAM);
    send_number(fd, port_of(&nobody));
    expect_end(fd);
}

static void refused_client(const address_t *to) {
    int control = connected(to);
    address_t nobody = loopback(AF_INET, (in_port_t)receive_number(control));
    int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
    T(connect(fd, AT(nobody)));
    T(connect(fd, AT(nobody)));
    T(connect(fd, AT(*to)));
    MUST(close(fd));
    fd = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    T(connect(fd, AT(nobody)));
    await(fd, POLLOUT);
    show_poll("after the refusal", fd, 0);
    printf("SO_ERROR %s\n", errno_name(int_option(fd, SOL_SOCKET, SO_ERROR)));
    MUST(close(fd));
    MUST(close(control));
}

// Addresses that the kernel refuses by itself: no packet leaves the machine, since the sockets are bound to loopback.

static void unreachable_server(int listener) { expect_end(accepted(listener)); }

static void unreachable_client(const address_t *to) {
    static const char *const far[] = {"192.0.2.1", "203.0.113.255", "240.0.0.1", "224.0.0.1", "255.255.255.255"};
    int control = connected(to);
    for (size_t i = 0; i < COUNT(far); i++) {
        address_t address = address_of(far[i], 9);
        int fd = bound(AF_INET, SOCK_STREAM);
        int result = connect(fd, AT(address));
        // WASI has one word for the two: which of them it is depends on the machine's routes.
        printf("connect to %s = %d %s\n", far[i], result, errno_name(errno == EHOSTUNREACH ? ENETUNREACH : errno));
        MUST(close(fd));
    }
    MUST(close(control));
}

#define SCENARIO(name) {#name, name##_server, name##_client}

static const struct {
    const char *name;
    void (*server)(int listener);
    void (*client)(const address_t *to);
} scenarios[] = {
    SCENARIO(row),   SCENARIO(crowd), SCENARIO(bulk),    SCENARIO(half_close),
    SCENARIO(reset), SCENARIO(slow),  SCENARIO(refused), SCENARIO(unreachable),
};

int main(int argc, char **argv) {
    for (size_t i = 0; i < COUNT(scenarios) && argc > 2; i++) {
        if (strcmp(argv[2], scenarios[i].name)) continue;
        if (argc > 3) {
            address_t to = loopback(AF_INET, (in_port_t)atoi(argv[3]));
            scenarios[i].client(&to);
            return 0;
        }
        int listener = bound(AF_INET, SOCK_STREAM);
        MUST(listen(listener, CROWD));
        address_t name = name_of(listener);
        printf("port %d\n", port_of(&name));
        scenarios[i].server(listener);
        return 0;
    }
    printf("pair server SCENARIO, or pair client SCENARIO PORT\n");
    return 2;
}
