/* Declares the library's functions. */
#ifndef WASI_ADAPT_SYS_RESOURCE_H
#define WASI_ADAPT_SYS_RESOURCE_H

#pragma GCC system_header

/* The functions of the sysroot are those of an emulation, which a program would have to be linked with. */
#ifndef _WASI_EMULATED_PROCESS_CLOCKS
#define _WASI_EMULATED_PROCESS_CLOCKS
#endif
#define getrusage __sysroot_getrusage
#include_next <sys/resource.h>
#undef getrusage

#include <__wasi_sockets.h>

typedef unsigned long long rlim_t;

struct rlimit {
  rlim_t rlim_cur, rlim_max;
};

#define RLIM_INFINITY (~0ULL)
#define RLIM_SAVED_CUR RLIM_INFINITY
#define RLIM_SAVED_MAX RLIM_INFINITY

#define RLIMIT_CPU 0
#define RLIMIT_FSIZE 1
#define RLIMIT_DATA 2
#define RLIMIT_STACK 3
#define RLIMIT_CORE 4
#define RLIMIT_RSS 5
#define RLIMIT_NPROC 6
#define RLIMIT_NOFILE 7
#define RLIMIT_MEMLOCK 8
#define RLIMIT_AS 9
#define RLIMIT_LOCKS 10
#define RLIMIT_SIGPENDING 11
#define RLIMIT_MSGQUEUE 12
#define RLIMIT_NICE 13
#define RLIMIT_RTPRIO 14
#define RLIMIT_RTTIME 15
#define RLIMIT_NLIMITS 16
#define RLIM_NLIMITS RLIMIT_NLIMITS

#ifdef __cplusplus
extern "C" {
#endif

int getrusage(int, struct rusage *) __WASI_SOCKETS(getrusage);
int getrlimit(int, struct rlimit *) __WASI_SOCKETS(getrlimit);
int setrlimit(int, const struct rlimit *) __WASI_SOCKETS(setrlimit);

#ifdef __cplusplus
}
#endif

#endif
