/* Corrects sysroots whose recursive mutexes are none, and that never return from deleting a key. */
#ifndef WASI_ADAPT_PTHREAD_H
#define WASI_ADAPT_PTHREAD_H

#pragma GCC system_header

#define pthread_mutex_lock __sysroot_pthread_mutex_lock
#define pthread_mutex_trylock __sysroot_pthread_mutex_trylock
#define pthread_key_create __sysroot_pthread_key_create
#define pthread_key_delete __sysroot_pthread_key_delete
#define pthread_getspecific __sysroot_pthread_getspecific
#define pthread_setspecific __sysroot_pthread_setspecific
#include_next <pthread.h>
#undef pthread_mutex_lock
#undef pthread_mutex_trylock
#undef pthread_key_create
#undef pthread_key_delete
#undef pthread_getspecific
#undef pthread_setspecific

#include <__wasi_sockets.h>

#ifdef __cplusplus
extern "C" {
#endif

int pthread_mutex_lock(pthread_mutex_t *) __WASI_SOCKETS(pthread_mutex_lock);
int pthread_mutex_trylock(pthread_mutex_t *) __WASI_SOCKETS(pthread_mutex_trylock);
int pthread_key_create(pthread_key_t *, void (*)(void *)) __WASI_SOCKETS(pthread_key_create);
int pthread_key_delete(pthread_key_t) __WASI_SOCKETS(pthread_key_delete);
void *pthread_getspecific(pthread_key_t) __WASI_SOCKETS(pthread_getspecific);
int pthread_setspecific(pthread_key_t, const void *) __WASI_SOCKETS(pthread_setspecific);

#ifdef __cplusplus
}
#endif

#endif
