/* Declares the library's function. */
#ifndef WASI_ADAPT_DIRENT_H
#define WASI_ADAPT_DIRENT_H

#pragma GCC system_header

#include_next <dirent.h>

#include <__wasi_sockets.h>

#ifdef __cplusplus
extern "C" {
#endif

DIR *fdopendir(int) __WASI_SOCKETS(fdopendir);

#ifdef __cplusplus
}
#endif

#endif
