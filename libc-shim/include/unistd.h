/* What the sysroot's own lacks. */
#ifndef WASI_ADAPT_UNISTD_H
#define WASI_ADAPT_UNISTD_H

#pragma GCC system_header

#include_next <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

int dup(int);
int dup2(int, int);
int dup3(int, int, int);
int pipe(int[2]);
int pipe2(int[2], int);
int gethostname(char *, size_t);

#ifdef __cplusplus
}
#endif

#endif
