/* Macros by which the headers declare functions of the library. */
#ifndef WASI_ADAPT_WASI_SOCKETS_H
#define WASI_ADAPT_WASI_SOCKETS_H

#pragma GCC system_header

/* By a name of the library's own, so that the linker cannot take the C library's function, whatever it sees first. */
#define __WASI_SOCKETS(name) __asm__("wasi_sockets_" #name)

/* A program with these headers has all of the library that it can use, also what only the C library calls. */
__asm__(".functype wasi_sockets_chdir (i32) -> (i32)\n.globl wasi_sockets_chdir");

#endif
