/* Adds the declarations that the sysroot's header lacks. */
#ifndef WASI_ADAPT_FCNTL_H
#define WASI_ADAPT_FCNTL_H

#pragma GCC system_header

/* A function that has been declared already cannot get the names below. */
#define fcntl __sysroot_fcntl
#include_next <fcntl.h>
#undef fcntl

#include <__wasi_sockets.h>

/* The sysroot has none. The C library's own functions ignore it; those of the sdk tell it by F_GETFD. */
#undef O_CLOEXEC
#define O_CLOEXEC 0x20000000

#define F_DUPFD 0
#define F_GETLK 5
#define F_SETLK 6
#define F_SETLKW 7
#define F_OFD_GETLK 36
#define F_OFD_SETLK 37
#define F_OFD_SETLKW 38
#define F_DUPFD_CLOEXEC 1030

/* The values of l_type. */
#define F_RDLCK 0
#define F_WRLCK 1
#define F_UNLCK 2

#ifdef __cplusplus
extern "C" {
#endif

int fcntl(int, int, ...) __WASI_SOCKETS(fcntl);
/* The same for a command that the compiler knows. A program that calls no other has no code for locks. */
int fcntl(int, int __command, ...) __WASI_SOCKETS(fcntl_without_locks) __attribute__((
    overloadable, enable_if((__command >= F_DUPFD && __command <= F_SETFL) || __command == F_DUPFD_CLOEXEC, "locks")));

#ifdef __cplusplus
}
#endif

#endif
