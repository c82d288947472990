/* Adds the declarations that the sysroot's header lacks. */
#ifndef WASI_ADAPT_STDIO_H
#define WASI_ADAPT_STDIO_H

#pragma GCC system_header

/* The sysroot's own are deprecated, and warn. */
#define tmpfile __sysroot_tmpfile
#define tmpnam __sysroot_tmpnam
#include_next <stdio.h>
#undef tmpfile
#undef tmpnam

#include <__wasi_sockets.h>

/* The sysroot's header leaves these out, as it has no such files. */
#ifndef L_tmpnam
#define L_tmpnam 20
#endif
#ifndef TMP_MAX
#define TMP_MAX 10000
#endif
#ifndef P_tmpdir
#define P_tmpdir "/tmp"
#endif

#ifdef __cplusplus
extern "C" {
#endif

FILE *tmpfile(void);
char *tmpnam(char *);
FILE *popen(const char *, const char *);
int pclose(FILE *) __WASI_SOCKETS(pclose);

#ifdef __cplusplus
}
#endif

#endif
