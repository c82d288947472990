/* The sysroot's own has no room for signals. */
#ifndef WASI_ADAPT_TYPEDEF_SIGSET_T_H
#define WASI_ADAPT_TYPEDEF_SIGSET_T_H

typedef struct {
  unsigned long long __bits;
} sigset_t;

#endif
