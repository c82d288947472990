// select and pselect: three sets, timeouts, bad descriptors.
//! resources: 25
#include "sockets.h"

static int fds[5];
static const char *const names[] = {"client", "server", "quiet", "listening", "refused"};
static fd_set readable, writable, failed;

static void fill(void) {
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    FD_ZERO(&failed);
    for (int i = 0; i < 5; i++) {
        FD_SET(fds[i], &readable);
        FD_SET(fds[i], &writable);
        FD_SET(fds[i], &failed);
    }
}

static void show(void) {
    for (int i = 0; i < 5; i++)
        printf("  %s: %s%s%s\n", names[i], FD_ISSET(fds[i], &readable) ? "r" : "-",
               FD_ISSET(fds[i], &writable) ? "w" : "-", FD_ISSET(fds[i], &failed) ? "x" : "-");
}

int main(void) {
    int quiet_server;
    tcp_pair(AF_INET, &fds[0], &fds[1]);
    tcp_pair(AF_INET, &fds[2], &quiet_server);
    fds[3] = listener(AF_INET);
    fds[4] = MUST(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    address_t refused = refusing(AF_INET, SOCK_STREAM);
    T(connect(fds[4], AT(refused)));
    await(fds[4], POLLOUT);
    MUST(send(fds[0], "x", 1, 0));
    await(fds[1], POLLIN);
    int most = quiet_server + 8;

    fill();
    T(select(most, &readable, &writable, &failed, NULL));
    show();
    fill();
    T(select(most, &readable, NULL, NULL, &(struct timeval){0}));
    show();
    fill();
    T(select(most, NULL, &writable, NULL, &(struct timeval){.tv_sec = 5}));
    show();
    fill();
    T(select(most, NULL, NULL, &failed, &(struct timeval){.tv_usec = 20000}));
    show();
    // Only what is below the first argument is looked at.
    fill();
    T(select(fds[2], &readable, NULL, NULL, NULL));
    printf("server %d\n", FD_ISSET(fds[1], &readable) != 0);

    // Nothing is ready in time: the sets are empty.
    FD_ZERO(&readable);
    FD_SET(fds[2], &readable);
    int64_t before = now_ms();
    T(select(most, &readable, NULL, NULL, &(struct timeval){.tv_usec = 50000}));
    printf("waited %d, empty %d\n", now_ms() - before >= 49 && now_ms() - before < 2000, !FD_ISSET(fds[2], &readable));
    before = now_ms();
    T(select(0, NULL, NULL, NULL, &(struct timeval){.tv_usec = 30000}));
    printf("waited %d\n", now_ms() - before >= 29 && now_ms() - before < 2000);

    fill();
    T(pselect(most, &readable, NULL, NULL, NULL, NULL));
    show();
    FD_ZERO(&readable);
    FD_SET(fds[2], &readable);
    T(pselect(most, &readable, NULL, NULL, &(struct timespec){.tv_nsec = 20000000}, NULL));
    FD_SET(fds[2], &readable);
    MUST(send(quiet_server, "q", 1, 0));
    T(pselect(most, &readable, NULL, NULL, &(struct timespec){.tv_sec = 5}, NULL));

    FD_ZERO(&readable);
    FD_SET(fds[1], &readable);
    FD_SET(30, &readable); // Nobody opened it.
    T(select(31, &readable, NULL, NULL, NULL));
    T(select(-1, NULL, NULL, NULL, NULL));
    T(select(1, NULL, NULL, NULL, &(struct timeval){.tv_sec = -1}));
    return 0;
}
