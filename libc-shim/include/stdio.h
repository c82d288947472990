/* Adds the declarations that the sysroot's header lacks. */
#ifndef WASI_ADAPT_STDIO_H
#define WASI_ADAPT_STDIO_H

#pragma GCC system_header

/* The sysroot's own is deprecated, and warns. */
#define tmpfile __sysroot_tmpfile
#include_next <stdio.h>
#undef tmpfile

#include <__wasi_sockets.h>

#ifdef __cplusplus
extern "C" {
#endif

FILE *tmpfile(void);
FILE *popen(const char *, const char *);
int pclose(FILE *) __WASI_SOCKETS(pclose);

#ifdef __cplusplus
}
#endif

#endif
