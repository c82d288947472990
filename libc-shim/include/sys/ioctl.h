/* Redirects the sysroot's functions to the library. */
#ifndef WASI_ADAPT_SYS_IOCTL_H
#define WASI_ADAPT_SYS_IOCTL_H

#pragma GCC system_header

#include_next <sys/ioctl.h>

#include <__wasi_sockets.h>

#ifdef __cplusplus
extern "C" {
#endif

int ioctl(int, int, ...) __WASI_SOCKETS(ioctl);

#ifdef __cplusplus
}
#endif

#endif
