/* Declares the library's functions. */
#ifndef WASI_ADAPT_SYS_RESOURCE_H
#define WASI_ADAPT_SYS_RESOURCE_H

#pragma GCC system_header

/* The functions of the sysroot are those of an emulation, which a program would have to be linked with. */
#ifndef _WASI_EMULATED_PROCESS_CLOCKS
#define _WASI_EMULATED_PROCESS_CLOCKS
#endif
#define getrusage __sysroot_getrusage
#include_next <sys/resource.h>
#undef getrusage

#include <__wasi_sockets.h>

#ifdef __cplusplus
extern "C" {
#endif

int getrusage(int, struct rusage *) __WASI_SOCKETS(getrusage);

#ifdef __cplusplus
}
#endif

#endif
