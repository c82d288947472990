/* Macros by which the headers declare functions of the library. */
#ifndef WASI_ADAPT_WASI_SOCKETS_H
#define WASI_ADAPT_WASI_SOCKETS_H

#pragma GCC system_header

/* By a name of the library's own, so that the linker cannot take the C library's function, whatever it sees first. */
#define __WASI_SOCKETS(name) __asm__("wasi_sockets_" #name)

#endif
