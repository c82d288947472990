/* Options of TCP sockets. Some preview1 sysroots have no such header. */
#ifndef WASI_ADAPT_NETINET_TCP_H
#define WASI_ADAPT_NETINET_TCP_H

#pragma GCC system_header

#if __has_include_next(<netinet/tcp.h>)
#include_next <netinet/tcp.h>
#endif

#define TCP_NODELAY 1
#define TCP_MAXSEG 2
#define TCP_CORK 3
#define TCP_KEEPIDLE 4
#define TCP_KEEPINTVL 5
#define TCP_KEEPCNT 6
#define TCP_SYNCNT 7
#define TCP_USER_TIMEOUT 18
#define TCP_NOTSENT_LOWAT 25

#endif
