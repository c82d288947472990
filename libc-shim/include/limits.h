/* What the sysroot's own lacks. */
#ifndef WASI_ADAPT_LIMITS_H
#define WASI_ADAPT_LIMITS_H

#pragma GCC system_header

#include_next <limits.h>

/* How much goes into a pipe together. */
#define PIPE_BUF 4096

#endif
