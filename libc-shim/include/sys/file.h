/* Locks of whole files. Some sysroots have no such header. */
#ifndef WASI_ADAPT_SYS_FILE_H
#define WASI_ADAPT_SYS_FILE_H

#pragma GCC system_header

#include <__wasi_sockets.h>

#define LOCK_SH 1
#define LOCK_EX 2
#define LOCK_NB 4
#define LOCK_UN 8

#define L_SET 0
#define L_INCR 1
#define L_XTND 2

#ifdef __cplusplus
extern "C" {
#endif

int flock(int, int) __WASI_SOCKETS(flock);

#ifdef __cplusplus
}
#endif

#endif
