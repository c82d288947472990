// The system, its limits, and the time that a program takes.
#include "sockets.h"
#include <sys/resource.h>
#include <sys/utsname.h>

#define PRINT(call) printf(#call " = %d\n", (int)(call))

int main(void) {
    struct utsname system;
    T(uname(&system));
    PRINT(*system.sysname && *system.release && *system.version && *system.machine);
    char host[65];
    T(gethostname(host, sizeof host));
    PRINT(strcmp(system.nodename, host));

    long page = sysconf(_SC_PAGESIZE);
    PRINT(page >= 4096 && (page & (page - 1)) == 0);
    PRINT(page == getpagesize());
    PRINT(sysconf(_SC_CLK_TCK));
    PRINT(sysconf(_SC_NPROCESSORS_ONLN) > 0);
    PRINT(sysconf(_SC_NPROCESSORS_CONF) > 0);
    PRINT(sysconf(_SC_VERSION) >= 200809);
    errno = 0;
    PRINT(sysconf(_SC_OPEN_MAX) == -1 || sysconf(_SC_OPEN_MAX) >= 256);
    PRINT(errno);
    T(sysconf(-1));
    T(sysconf(99999));

    struct rlimit limit, other;
    T(getrlimit(RLIMIT_NOFILE, &limit));
    PRINT(limit.rlim_cur >= 256 && limit.rlim_cur <= limit.rlim_max);
    T(setrlimit(RLIMIT_NOFILE, &limit));
    T(getrlimit(RLIMIT_NOFILE, &other));
    PRINT(limit.rlim_cur == other.rlim_cur && limit.rlim_max == other.rlim_max);
    rlim_t last = 0;
    for (int fd; (fd = dup(1)) >= 0;) last = fd;
    PRINT(errno == EMFILE && last + 1 == limit.rlim_cur);
    T(getrlimit(RLIMIT_CORE, &limit));
    limit.rlim_cur = 0;
    T(setrlimit(RLIMIT_CORE, &limit));
    limit = (struct rlimit){.rlim_cur = 2, .rlim_max = 1};
    T(setrlimit(RLIMIT_STACK, &limit));
    T(getrlimit(RLIM_NLIMITS, &limit));
    T(setrlimit(RLIM_NLIMITS, &limit));
    T(getrlimit(-1, &limit));

    clock_t first = clock();
    while (clock() < first + CLOCKS_PER_SEC / 50) continue;
    PRINT(first != (clock_t)-1 && clock() > first);
}
