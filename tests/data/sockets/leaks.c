// Opens and closes something a hundred thousand times, or fails to open it. Leaks would fill the table of a host that has
// room for few, or the program's memory. With an argument it shows that the table is small: it closes nothing.
#include "sockets.h"

static address_t listening_at, refusing_at, here;
static int listening, there;

// Fails unless a call ends as it must.
static void expect(bool holds, const char *what) {
    if (holds) return;
    printf("not so: %s, %s\n", what, errno_name(errno));
    exit(98);
}

#define EXPECT(condition) expect((condition), #condition)

static void tcp(void) {
    int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
    MUST(close(fd));
}

static void udp(void) {
    int fd = MUST(socket(AF_INET6, SOCK_DGRAM, 0));
    MUST(close(fd));
}

static void no_socket(void) {
    EXPECT(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP) == -1 && errno == EPROTONOSUPPORT);
    EXPECT(socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP) == -1 && errno == EPROTONOSUPPORT);
}

static void bound_udp(void) {
    int fd = bound(AF_INET, SOCK_DGRAM);
    EXPECT(sendto(fd, "x", 1, 0, AT(here)) == 1);
    char byte;
    EXPECT(recv(there, &byte, 1, 0) == 1);
    MUST(close(fd));
}

static void connected_udp(void) {
    int fd = MUST(socket(AF_INET, SOCK_DGRAM, 0));
    MUST(connect(fd, AT(here)));
    EXPECT(send(fd, "x", 1, 0) == 1);
    char byte;
    EXPECT(recv(there, &byte, 1, 0) == 1);
    MUST(connect(fd, &(struct sockaddr){.sa_family = AF_UNSPEC}, sizeof(struct sockaddr)));
    MUST(close(fd));
}

static void failed_bind(void) {
    int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
    EXPECT(bind(fd, AT(listening_at)) == -1 && errno == EADDRINUSE);
    MUST(close(fd));
}

static void listener_of_one(void) {
    int fd = listener(AF_INET);
    EXPECT(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
    EXPECT(accept(fd, NULL, NULL) == -1 && errno == EAGAIN);
    struct pollfd it = {.fd = fd, .events = POLLIN};
    EXPECT(poll(&it, 1, 0) == 0);
    MUST(close(fd));
}

static void failed_connect(void) {
    int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
    EXPECT(connect(fd, AT(refusing_at)) == -1 && errno == ECONNREFUSED);
    MUST(close(fd));
}

static void failed_nonblocking_connect(void) {
    int fd = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    EXPECT(connect(fd, AT(refusing_at)) == -1 && errno == EINPROGRESS);
    await(fd, POLLOUT);
    EXPECT(int_option(fd, SOL_SOCKET, SO_ERROR) == ECONNREFUSED);
    MUST(close(fd));
}

static void abandoned_connect(void) {
    int fd = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    EXPECT(connect(fd, AT(refusing_at)) == -1 && errno == EINPROGRESS);
    MUST(close(fd));
}

// The server's end closes with a byte unread, so that no port is kept waiting.
static void connection(void) {
    int client = MUST(socket(AF_INET, SOCK_STREAM, 0));
    MUST(connect(client, AT(listening_at)));
    int server = MUST(accept(listening, NULL, NULL));
    EXPECT(send(client, "ab", 2, 0) == 2 && send(server, "c", 1, 0) == 1);
    struct pollfd it = {.fd = client, .events = POLLIN | POLLOUT};
    EXPECT(poll(&it, 1, 5000) == 1);
    char byte;
    EXPECT(recv(client, &byte, 1, MSG_PEEK) == 1 && recv(server, &byte, 1, 0) == 1);
    MUST(close(server));
    EXPECT(recv(client, &byte, 1, 0) == 1 && recv(client, &byte, 1, 0) <= 0);
    MUST(close(client));
}

static void duplicates(void) {
    int fd = MUST(socket(AF_INET, SOCK_STREAM, 0)), other = MUST(dup(fd)), third = MUST(fcntl(fd, F_DUPFD, 100));
    MUST(dup2(there, other));
    MUST(close(fd));
    MUST(close(other));
    MUST(close(third));
}

static void in_memory(void) {
    int fds[2];
    MUST(pipe(fds));
    EXPECT(write(fds[1], "x", 1) == 1);
    MUST(close(fds[0]));
    EXPECT(write(fds[1], "x", 1) == -1 && errno == EPIPE);
    MUST(close(fds[1]));
    MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
    EXPECT(send(fds[0], "x", 1, 0) == 1);
    MUST(close(fds[1]));
    MUST(close(fds[0]));
}

static void stream_of_stdio(void) {
    int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
    FILE *stream = fdopen(fd, "r+");
    EXPECT(getc(stream) == EOF && errno == ENOTCONN);
    fclose(stream);
}

static void found_name(void) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    EXPECT(getaddrinfo("localhost", "80", &hints, &found) == 0);
    freeaddrinfo(found);
}

// The first cannot be a name, so no name server is asked; the second does not get as far as the host.
static void failed_lookup(void) {
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST}, *found;
    EXPECT(getaddrinfo("two..dots", "80", NULL, &found) == EAI_NONAME);
    EXPECT(getaddrinfo("localhost", "80", &hints, &found) == EAI_NONAME);
}

static const struct {
    void (*once)(void);
    int times;
} kinds[] = {
    {tcp, 20000},
    {udp, 20000},
    {no_socket, 5000},
    {bound_udp, 5000},
    {connected_udp, 5000},
    {failed_bind, 5000},
    {listener_of_one, 5000},
    {failed_connect, 5000},
    {failed_nonblocking_connect, 5000},
    {abandoned_connect, 5000},
    {connection, 3000},
    {duplicates, 5000},
    {in_memory, 5000},
    {stream_of_stdio, 5000},
    {found_name, 1000},
    {failed_lookup, 1000},
};

static size_t memory_size(void) {
#ifdef __wasi__
    return __builtin_wasm_memory_size(0);
#else
    return 0; // The kernel sees to it.
#endif
}

int main(int argc, char **) {
    while (argc > 1) MUST(socket(AF_INET, SOCK_STREAM, 0));
    listening = listener(AF_INET);
    listening_at = name_of(listening);
    refusing_at = refusing(AF_INET, SOCK_STREAM);
    there = bound(AF_INET, SOCK_DGRAM);
    here = name_of(there);
    int total = 0;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        kinds[i].once(); // What is made once and kept is no leak.
        size_t before = memory_size();
        for (int n = 0; n < kinds[i].times; n++) kinds[i].once();
        if (memory_size() != before) printf("of kind %zu something stays in memory\n", i);
        total += kinds[i].times;
    }
    printf("opened and closed %d\n", total);
}
