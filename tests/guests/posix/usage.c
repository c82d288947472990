// The time and the memory that a program takes, which is something, and not less later.
#include "sockets.h"
#include <sys/resource.h>
#include <sys/times.h>

static double user(int who) {
    struct rusage usage;
    MUST(getrusage(who, &usage));
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
}

int main(void) {
    struct rusage usage;
    struct tms first, second;
    T(getrusage(RUSAGE_SELF, &usage));
    printf("memory: %d\n", usage.ru_maxrss > 0 && usage.ru_maxrss < 1 << 20);
    T(getrusage(RUSAGE_CHILDREN, &usage));
    printf("children: %ld\n", (long)usage.ru_maxrss + (long)usage.ru_utime.tv_sec + (long)usage.ru_utime.tv_usec);
    T(getrusage(99, &usage));
    double before = user(RUSAGE_SELF);
    clock_t start = times(&first);
    time_t begin = time(NULL);
    for (volatile unsigned i = 0; user(RUSAGE_SELF) < before + 0.05; i++) continue;
    clock_t end = times(&second);
    printf("time goes on: %d %d\n", start != -1 && end > start, second.tms_utime + second.tms_stime > first.tms_utime + first.tms_stime);
    printf("in ticks: %d\n", (end - start) / sysconf(_SC_CLK_TCK) <= time(NULL) - begin + 1);
    printf("children: %ld\n", (long)(second.tms_cutime + second.tms_cstime));
    return 0;
}
