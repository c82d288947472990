/* Corrects sysroots that have no pipes, and give them the number of sockets. */
#ifndef WASI_ADAPT_SYS_STAT_H
#define WASI_ADAPT_SYS_STAT_H

#pragma GCC system_header

#include_next <sys/stat.h>

#include <__wasi_sockets.h>

#undef S_IFIFO
#define S_IFIFO 0x1000

#ifdef __cplusplus
extern "C" {
#endif

int fstat(int, struct stat *) __WASI_SOCKETS(fstat);
int chmod(const char *, mode_t) __WASI_SOCKETS(chmod);
int fchmod(int, mode_t) __WASI_SOCKETS(fchmod);
int fchmodat(int, const char *, mode_t, int) __WASI_SOCKETS(fchmodat);
mode_t umask(mode_t) __WASI_SOCKETS(umask);

#ifdef __cplusplus
}
#endif

#endif
