// Sends to a peer that reads nothing, says how much, and ends: by the way that its second argument names. Nobody waits for it.
#include "sockets.h"

static char block[1 << 16];

// As much as goes, or what always goes.
static long fill(int fd, bool all) {
    long total = 0;
    if (!all) return MUST(send(fd, block, 50000, 0));
    MUST(fcntl(fd, F_SETFL, O_NONBLOCK));
    for (int idle = 0; idle < 20;) {
        long sent = send(fd, block, sizeof block, 0);
        if (sent > 0) total += sent, idle = 0;
        else idle++, nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    return total;
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    const char *way = argv[2];
    address_t peer = loopback(AF_INET, atoi(argv[1]));
    int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
    MUST(connect(fd, AT(peer)));
    printf("sent %ld\n", fill(fd, strcmp(way, "a little")));
    int64_t before = now_ms();
    if (!strcmp(way, "exit")) exit(0);
    if (!strcmp(way, "_exit")) _exit(0);
    if (!strcmp(way, "return")) return 0;
    if (!strcmp(way, "dup2")) MUST(dup2(3, fd));
    else if (!strcmp(way, "disconnect")) MUST(shutdown(fd, SHUT_RDWR));
    else MUST(close(fd));
    printf("at once %d\n", now_ms() - before < 1000);
}
