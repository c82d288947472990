/* The values of IP_TOS. A preview1 sysroot has no such header, or one that needs others. */
#ifndef WASI_ADAPT_NETINET_IP_H
#define WASI_ADAPT_NETINET_IP_H

#pragma GCC system_header

#include <netinet/in.h>

#define IPTOS_TOS_MASK 0x1e
#define IPTOS_TOS(tos) ((tos) & IPTOS_TOS_MASK)
#define IPTOS_LOWDELAY 0x10
#define IPTOS_THROUGHPUT 0x08
#define IPTOS_RELIABILITY 0x04
#define IPTOS_LOWCOST 0x02
#define IPTOS_MINCOST IPTOS_LOWCOST

#endif
