/* The sysroot's address has no path, so programs that can do with or without Unix sockets do not compile. WASI has none. */
#ifndef WASI_ADAPT_SYS_UN_H
#define WASI_ADAPT_SYS_UN_H

#pragma GCC system_header

#include <sys/socket.h>

#define __wasilibc___struct_sockaddr_un_h
struct sockaddr_un {
  __attribute__((aligned(__BIGGEST_ALIGNMENT__))) sa_family_t sun_family;
  char sun_path[108];
};

#include_next <sys/un.h>

#endif
