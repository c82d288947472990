/* The sysroot's own lacks a value. */
#ifndef WASI_ADAPT_LIMITS_H
#define WASI_ADAPT_LIMITS_H

#pragma GCC system_header

#include_next <limits.h>

/* So much goes into a pipe together. */
#define PIPE_BUF 4096

#endif
