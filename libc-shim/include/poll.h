/* Adds the declarations that the sysroot's header lacks. */
#ifndef WASI_ADAPT_POLL_H
#define WASI_ADAPT_POLL_H

#pragma GCC system_header

#include_next <poll.h>

#include <__wasi_sockets.h>
#define __NEED_sigset_t
#define __NEED_struct_timespec
#include <bits/alltypes.h>

/* They do not occur. */
#define POLLPRI 0x4
#define POLLRDBAND 0x80
#define POLLWRBAND 0x200

#ifdef __cplusplus
extern "C" {
#endif

int poll(struct pollfd *, nfds_t, int) __WASI_SOCKETS(poll);
int ppoll(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *) __WASI_SOCKETS(ppoll);

#ifdef __cplusplus
}
#endif

#endif
