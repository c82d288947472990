// poll and ppoll: sockets, pipes, files, negative and closed descriptors in one call; timeouts; nothing to wait for.
//! resources: 26
#include "sockets.h"

static struct pollfd set[16];
static const char *names[16];
static int count;

static void add(const char *name, int fd, short events) {
    names[count] = name;
    set[count++] = (struct pollfd){.fd = fd, .events = events, .revents = -1};
}

static void show(int result) {
    printf("poll = %d %s\n", result, result == -1 ? errno_name(errno) : "");
    for (int i = 0; i < count; i++) printf("  %s: %s\n", names[i], events_text(set[i].revents));
}

int main(void) {
    int client, server, quiet, quiet_server, ends[2], closed = MUST(socket(AF_INET, SOCK_STREAM, 0));
    int file = MUST(open("poll-file", O_CREAT | O_RDWR, 0666)), udp = bound(AF_INET, SOCK_DGRAM);
    MUST(close(closed));
    tcp_pair(AF_INET, &client, &server);
    tcp_pair(AF_INET, &quiet, &quiet_server);
    MUST(pipe(ends));
    MUST(send(client, "x", 1, 0));
    await(server, POLLIN);

    add("with data, IN", server, POLLIN);
    add("with data, OUT", server, POLLOUT);
    add("with data, both", server, POLLIN | POLLOUT);
    add("with data, none", server, 0);
    add("quiet, IN", quiet, POLLIN);
    add("quiet, OUT", quiet, POLLOUT);
    add("file", file, POLLIN | POLLOUT);
    add("negative", -1, POLLIN);
    add("very negative", -1000000, POLLIN);
    add("closed", NOFD, POLLIN);
    add("closed, none asked", NOFD, 0);
    add("pipe's end to read", ends[0], POLLIN);
    add("pipe's end to write", ends[1], POLLOUT);
    add("udp", udp, POLLIN | POLLOUT);
    show(poll(set, count, -1));
    show(poll(set, count, 0));

    // Only what is not ready: the time runs, and comes to an end.
    count = 0;
    add("quiet", quiet, POLLIN);
    add("udp", udp, POLLIN);
    add("pipe", ends[0], POLLIN);
    add("negative", -5, POLLIN | POLLOUT);
    show(poll(set, count, 0));
    int64_t before = now_ms();
    show(poll(set, count, 60));
    printf("waited %d\n", now_ms() - before >= 59 && now_ms() - before < 2000);
    MUST(write(ends[1], "p", 1));
    show(poll(set, count, -1));

    // Any of them ends the wait.
    MUST(send(quiet_server, "q", 1, 0));
    await(quiet, POLLIN);
    show(poll(set, count, 5000));

    // A bad descriptor ends it at once, though nothing else is ready.
    count = 0;
    add("udp", udp, POLLIN);
    add("closed", NOFD, POLLIN);
    show(poll(set, count, -1));

    // Twice the same.
    count = 0;
    add("one", server, POLLIN);
    add("same", server, POLLIN);
    show(poll(set, count, -1));

    // Nothing but time.
    before = now_ms();
    count = 0;
    show(poll(NULL, 0, 0));
    show(poll(NULL, 0, 30));
    add("negative", -1, POLLIN);
    show(poll(set, count, 30));
    printf("waited %d\n", now_ms() - before >= 59 && now_ms() - before < 2000);

    count = 0;
    add("udp", udp, POLLIN);
    before = now_ms();
    show(ppoll(set, count, &(struct timespec){.tv_nsec = 50000000}, NULL));
    printf("waited %d\n", now_ms() - before >= 49 && now_ms() - before < 2000);
    show(ppoll(set, count, &(struct timespec){0}, NULL));
    add("server", server, POLLIN);
    show(ppoll(set, count, NULL, NULL));
    T(ppoll(set, count, &(struct timespec){.tv_nsec = 1000000000}, NULL));
    T(ppoll(set, count, &(struct timespec){.tv_sec = -1}, NULL));
    return 0;
}
