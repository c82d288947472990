/* Declares the library's functions. */
#ifndef WASI_ADAPT_SYS_UIO_H
#define WASI_ADAPT_SYS_UIO_H

#pragma GCC system_header

#define readv __sysroot_readv
#define writev __sysroot_writev
#define preadv __sysroot_preadv
#define pwritev __sysroot_pwritev
#include_next <sys/uio.h>
#undef readv
#undef writev
#undef preadv
#undef pwritev

#include <__wasi_sockets.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

ssize_t readv(int, const struct iovec *, int) __WASI_SOCKETS(readv);
ssize_t writev(int, const struct iovec *, int) __WASI_SOCKETS(writev);
ssize_t preadv(int, const struct iovec *, int, off_t) __WASI_SOCKETS(preadv);
ssize_t pwritev(int, const struct iovec *, int, off_t) __WASI_SOCKETS(pwritev);

#ifdef __cplusplus
}
#endif

#endif
