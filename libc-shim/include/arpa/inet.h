/* Adds the declarations that the sysroot's header lacks. */
#ifndef WASI_ADAPT_ARPA_INET_H
#define WASI_ADAPT_ARPA_INET_H

#pragma GCC system_header

#include_next <arpa/inet.h>

#ifdef __cplusplus
extern "C" {
#endif

in_addr_t inet_addr(const char *);
char *inet_ntoa(struct in_addr);

#ifdef __cplusplus
}
#endif

#endif
