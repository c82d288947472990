/* Adds the declarations that the sysroot's header lacks. */
#ifndef WASI_ADAPT_STDLIB_H
#define WASI_ADAPT_STDLIB_H

#pragma GCC system_header

#include_next <stdlib.h>

#include <__wasi_sockets.h>

#ifdef __cplusplus
extern "C" {
#endif

int mkstemp(char *) __WASI_SOCKETS(mkstemp);
int mkostemp(char *, int) __WASI_SOCKETS(mkostemp);
int mkstemps(char *, int) __WASI_SOCKETS(mkstemps);
int mkostemps(char *, int, int) __WASI_SOCKETS(mkostemps);
char *mkdtemp(char *);
char *mktemp(char *);
int system(const char *) __WASI_SOCKETS(system);
int getloadavg(double *, int) __WASI_SOCKETS(getloadavg);

#ifdef __cplusplus
}
#endif

#endif
