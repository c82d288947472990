/* What the sysroot's own lacks. */
#ifndef WASI_ADAPT_POLL_H
#define WASI_ADAPT_POLL_H

#pragma GCC system_header

#include_next <poll.h>

#include <sys/types.h>
#include <time.h>

/* They do not occur. */
#define POLLPRI 0x4
#define POLLRDBAND 0x80
#define POLLWRBAND 0x200

#ifdef __cplusplus
extern "C" {
#endif

int ppoll(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);

#ifdef __cplusplus
}
#endif

#endif
