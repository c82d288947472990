/* The system that a program runs on. Some sysroots lack it. */
#ifndef WASI_ADAPT_SYS_UTSNAME_H
#define WASI_ADAPT_SYS_UTSNAME_H

#pragma GCC system_header

#include <__wasi_sockets.h>

struct utsname {
  char sysname[65], nodename[65], release[65], version[65], machine[65], domainname[65];
};

#ifdef __cplusplus
extern "C" {
#endif

int uname(struct utsname *) __WASI_SOCKETS(uname);

#ifdef __cplusplus
}
#endif

#endif
