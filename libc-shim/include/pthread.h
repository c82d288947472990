/* Corrects sysroots whose recursive mutexes are none. */
#ifndef WASI_ADAPT_PTHREAD_H
#define WASI_ADAPT_PTHREAD_H

#pragma GCC system_header

#define pthread_mutex_lock __sysroot_pthread_mutex_lock
#define pthread_mutex_trylock __sysroot_pthread_mutex_trylock
#include_next <pthread.h>
#undef pthread_mutex_lock
#undef pthread_mutex_trylock

#include <__wasi_sockets.h>

#ifdef __cplusplus
extern "C" {
#endif

int pthread_mutex_lock(pthread_mutex_t *) __WASI_SOCKETS(pthread_mutex_lock);
int pthread_mutex_trylock(pthread_mutex_t *) __WASI_SOCKETS(pthread_mutex_trylock);

#ifdef __cplusplus
}
#endif

#endif
