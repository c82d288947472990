// Four megabytes through one connection, both ways at once, by one thread with poll: nothing lost, nothing changed.
#include "sockets.h"

enum { TOTAL = 4 << 20 };

typedef struct {
    int fd;
    uint32_t seed;
    long sent, received;
    uint32_t hash;
    bool ended;
} end_t;

static unsigned char byte_at(uint32_t seed, long at) { return (unsigned char)((at * 2654435761u + seed) >> 11); }

static uint32_t add(uint32_t hash, unsigned char byte) { return (hash ^ byte) * 16777619u; }

static void step(end_t *end, short events) {
    static unsigned char block[50000];
    if (events & POLLOUT && end->sent < TOTAL) {
        long size = TOTAL - end->sent < (long)sizeof block ? TOTAL - end->sent : (long)sizeof block;
        for (long i = 0; i < size; i++) block[i] = byte_at(end->seed, end->sent + i);
        long sent = send(end->fd, block, (size_t)size, MSG_NOSIGNAL);
        if (sent > 0) end->sent += sent;
        else if (errno != EAGAIN) printf("send %s\n", errno_name(errno)), exit(1);
        if (end->sent == TOTAL) MUST(shutdown(end->fd, SHUT_WR));
    }
    if (events & POLLIN) {
        long got = recv(end->fd, block, sizeof block, 0);
        if (got == -1 && errno != EAGAIN) printf("recv %s\n", errno_name(errno)), exit(1);
        for (long i = 0; i < got; i++) end->hash = add(end->hash, block[i]);
        if (got > 0) end->received += got;
        end->ended = got == 0;
    }
}

int main(void) {
    end_t ends[2] = {{.seed = 1, .hash = 2166136261u}, {.seed = 99, .hash = 2166136261u}};
    tcp_pair(AF_INET, &ends[0].fd, &ends[1].fd);
    for (int i = 0; i < 2; i++) MUST(fcntl(ends[i].fd, F_SETFL, O_NONBLOCK));
    while (!ends[0].ended || !ends[1].ended) {
        struct pollfd set[2];
        for (int i = 0; i < 2; i++) {
            short events = (ends[i].ended ? 0 : POLLIN) | (ends[i].sent < TOTAL ? POLLOUT : 0);
            set[i] = (struct pollfd){.fd = ends[i].fd, .events = events};
        }
        if (poll(set, 2, 5000) < 1) {
            printf("nothing comes\n");
            return 1;
        }
        for (int i = 0; i < 2; i++) step(&ends[i], set[i].revents);
    }
    for (int i = 0; i < 2; i++) {
        uint32_t expected = 2166136261u;
        for (long at = 0; at < TOTAL; at++) expected = add(expected, byte_at(ends[1 - i].seed, at));
        printf("sent %ld received %ld as sent %d\n", ends[i].sent, ends[i].received, ends[i].hash == expected);
    }
    return 0;
}
