/* New processes. The sysroot has no such header. */
#ifndef WASI_ADAPT_SPAWN_H
#define WASI_ADAPT_SPAWN_H

#pragma GCC system_header

#include <sys/types.h>

typedef struct {
    int __unused;
} posix_spawnattr_t;

typedef struct {
    int __unused;
} posix_spawn_file_actions_t;

#ifdef __cplusplus
extern "C" {
#endif

int posix_spawn(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const[],
                char *const[]);
int posix_spawnp(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const[],
                 char *const[]);

#ifdef __cplusplus
}
#endif

#endif
