/* What some sysroots have otherwise: they have no pipes, and give them the number of sockets. */
#ifndef WASI_ADAPT_SYS_STAT_H
#define WASI_ADAPT_SYS_STAT_H

#pragma GCC system_header

#include_next <sys/stat.h>

#undef S_IFIFO
#define S_IFIFO 0x1000

#endif
