/* Adds the declarations that the sysroot's header lacks. */
#ifndef WASI_ADAPT_UNISTD_H
#define WASI_ADAPT_UNISTD_H

#pragma GCC system_header

/* The sysroot's own is deprecated, and warns. */
#define getpid __sysroot_getpid
#include_next <unistd.h>
#undef getpid

#include <__wasi_sockets.h>

#define F_ULOCK 0
#define F_LOCK 1
#define F_TLOCK 2
#define F_TEST 3

#ifdef __cplusplus
extern "C" {
#endif

int dup(int) __WASI_SOCKETS(dup);
int dup2(int, int) __WASI_SOCKETS(dup2);
int dup3(int, int, int) __WASI_SOCKETS(dup3);
int pipe(int[2]) __WASI_SOCKETS(pipe);
int pipe2(int[2], int) __WASI_SOCKETS(pipe2);
int lockf(int, int, off_t) __WASI_SOCKETS(lockf);
pid_t getpid(void) __WASI_SOCKETS(getpid);
int gethostname(char *, size_t) __WASI_SOCKETS(gethostname);
/* It is the C library's, which shows it to some programs only. */
int getentropy(void *, size_t);

#ifdef __cplusplus
}
#endif

#endif
