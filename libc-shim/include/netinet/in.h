/* What the sysroot's own lacks. */
#ifndef WASI_ADAPT_NETINET_IN_H
#define WASI_ADAPT_NETINET_IN_H

#pragma GCC system_header

#include_next <netinet/in.h>

#define INADDR_ANY ((in_addr_t)0x00000000)
#define INADDR_LOOPBACK ((in_addr_t)0x7f000001)
#define INADDR_BROADCAST ((in_addr_t)0xffffffff)
#define INADDR_NONE ((in_addr_t)0xffffffff)

#define INET_ADDRSTRLEN 16
#define INET6_ADDRSTRLEN 46

#define IPPROTO_ICMPV6 58

#define IP_TTL 2
#define IPV6_UNICAST_HOPS 16
#define IPV6_V6ONLY 26

#endif
