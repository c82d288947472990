/* Redirects the sysroot's functions to the library. */
#ifndef WASI_ADAPT_SYS_SELECT_H
#define WASI_ADAPT_SYS_SELECT_H

#pragma GCC system_header

#include_next <sys/select.h>

#include <__wasi_sockets.h>
#include <sys/types.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

int select(int, fd_set *__restrict, fd_set *__restrict, fd_set *__restrict, struct timeval *__restrict)
    __WASI_SOCKETS(select);
int pselect(int, fd_set *__restrict, fd_set *__restrict, fd_set *__restrict, const struct timespec *__restrict,
            const sigset_t *__restrict) __WASI_SOCKETS(pselect);

#ifdef __cplusplus
}
#endif

#endif
