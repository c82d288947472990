/* Declares the library's function. */
#ifndef WASI_ADAPT_SYS_TIMES_H
#define WASI_ADAPT_SYS_TIMES_H

#pragma GCC system_header

/* The function of the sysroot is that of an emulation, which a program would have to be linked with. */
#ifndef _WASI_EMULATED_PROCESS_CLOCKS
#define _WASI_EMULATED_PROCESS_CLOCKS
#endif
#define times __sysroot_times
#include_next <sys/times.h>
#undef times

#include <__wasi_sockets.h>

#ifdef __cplusplus
extern "C" {
#endif

clock_t times(struct tms *) __WASI_SOCKETS(times);

#ifdef __cplusplus
}
#endif

#endif
