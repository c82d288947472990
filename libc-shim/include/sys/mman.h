/* Declares the library's functions. */
#ifndef WASI_ADAPT_SYS_MMAN_H
#define WASI_ADAPT_SYS_MMAN_H

#pragma GCC system_header

/* The functions of the sysroot are those of an emulation, which a program would have to be linked with. */
#ifndef _WASI_EMULATED_MMAN
#define _WASI_EMULATED_MMAN
#endif
#define mmap __sysroot_mmap
#define munmap __sysroot_munmap
#define mprotect __sysroot_mprotect
#define msync __sysroot_msync
#define madvise __sysroot_madvise
#include_next <sys/mman.h>
#undef mmap
#undef munmap
#undef mprotect
#undef msync
#undef madvise

#include <__wasi_sockets.h>

#ifdef __cplusplus
extern "C" {
#endif

void *mmap(void *, size_t, int, int, int, off_t) __WASI_SOCKETS(mmap);
int munmap(void *, size_t) __WASI_SOCKETS(munmap);
int mprotect(void *, size_t, int) __WASI_SOCKETS(mprotect);
int msync(void *, size_t, int) __WASI_SOCKETS(msync);
int madvise(void *, size_t, int) __WASI_SOCKETS(madvise);

#ifdef __cplusplus
}
#endif

#endif
