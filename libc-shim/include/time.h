/* Declares the library's function. */
#ifndef WASI_ADAPT_TIME_H
#define WASI_ADAPT_TIME_H

#pragma GCC system_header

/* The function of the sysroot is that of an emulation, which a program would have to be linked with. */
#ifndef _WASI_EMULATED_PROCESS_CLOCKS
#define _WASI_EMULATED_PROCESS_CLOCKS
#endif
#define clock __sysroot_clock
#include_next <time.h>
#undef clock

#include <__wasi_sockets.h>

#ifdef __cplusplus
extern "C" {
#endif

clock_t clock(void) __WASI_SOCKETS(clock);

#ifdef __cplusplus
}
#endif

#endif
