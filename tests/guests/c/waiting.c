//! stdin: "some input\n"
// sleep, nanosleep, poll and select, as a libc makes them of poll_oneoff.
#include <poll.h>
#include <stdio.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    struct timespec before, after, little = {0, 2000000};
    clock_gettime(CLOCK_MONOTONIC, &before);
    printf("nanosleep %d\n", nanosleep(&little, NULL));
    printf("usleep %d\n", usleep(1000));
    clock_gettime(CLOCK_MONOTONIC, &after);
    long long passed = (after.tv_sec - before.tv_sec) * 1000000000ll + after.tv_nsec - before.tv_nsec;
    printf("slept %d\n", passed >= 3000000);
    struct timespec target = after;
    target.tv_nsec += 1000000;
    if (target.tv_nsec >= 1000000000) { target.tv_nsec -= 1000000000; target.tv_sec++; }
    printf("until a time %d\n", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &target, NULL));
    struct pollfd fds[2] = {{0, POLLIN, 0}, {1, POLLOUT, 0}};
    int ready = poll(fds, 2, 1000);
    printf("poll %d\n", ready > 0);
    printf("stdout %d\n", (fds[1].revents & POLLOUT) != 0);
    fd_set writable;
    FD_ZERO(&writable);
    FD_SET(1, &writable);
    struct timeval wait = {1, 0};
    printf("select %d\n", select(2, NULL, &writable, NULL, &wait));
    printf("no descriptor %d\n", poll(NULL, 0, 1));
    return 0;
}
