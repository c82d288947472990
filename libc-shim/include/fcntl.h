/* Adds the declarations that the sysroot's header lacks. */
#ifndef WASI_ADAPT_FCNTL_H
#define WASI_ADAPT_FCNTL_H

#pragma GCC system_header

#include_next <fcntl.h>

#include <__wasi_sockets.h>

/* The sysroot has none. The C library's own functions ignore it; those of the sdk tell it by F_GETFD. */
#undef O_CLOEXEC
#define O_CLOEXEC 0x20000000

#define F_DUPFD 0
#define F_DUPFD_CLOEXEC 1030

#ifdef __cplusplus
extern "C" {
#endif

int fcntl(int, int, ...) __WASI_SOCKETS(fcntl);

#ifdef __cplusplus
}
#endif

#endif
