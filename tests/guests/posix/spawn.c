// The description of a process before it is started.
#include "sockets.h"
#include <signal.h>
#include <spawn.h>

// These functions return their error.
#define R(call) printf(#call " = %s\n", errno_name(call))

int main(void) {
    posix_spawnattr_t attributes;
    short flags = 1;
    pid_t group = 1;
    sigset_t set;
    R(posix_spawnattr_init(&attributes));
    R(posix_spawnattr_getflags(&attributes, &flags));
    printf("%d\n", flags);
    R(posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK));
    R(posix_spawnattr_getflags(&attributes, &flags));
    printf("%d\n", flags == (POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK));
    R(posix_spawnattr_setflags(&attributes, 0x4000));
    R(posix_spawnattr_getpgroup(&attributes, &group));
    printf("%d\n", group);
    R(posix_spawnattr_setpgroup(&attributes, 4321));
    R(posix_spawnattr_getpgroup(&attributes, &group));
    printf("%d\n", group);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    R(posix_spawnattr_setsigdefault(&attributes, &set));
    sigaddset(&set, SIGUSR2);
    R(posix_spawnattr_setsigmask(&attributes, &set));
    R(posix_spawnattr_getsigdefault(&attributes, &set));
    printf("%d %d\n", sigismember(&set, SIGUSR1), sigismember(&set, SIGUSR2));
    R(posix_spawnattr_getsigmask(&attributes, &set));
    printf("%d %d\n", sigismember(&set, SIGUSR1), sigismember(&set, SIGUSR2));
    R(posix_spawnattr_destroy(&attributes));

    posix_spawn_file_actions_t actions;
    R(posix_spawn_file_actions_init(&actions));
    R(posix_spawn_file_actions_addopen(&actions, 5, "file", O_RDONLY, 0));
    R(posix_spawn_file_actions_addopen(&actions, -1, "file", O_RDONLY, 0));
    R(posix_spawn_file_actions_addclose(&actions, 5));
    R(posix_spawn_file_actions_addclose(&actions, -1));
    R(posix_spawn_file_actions_adddup2(&actions, 1, 5));
    R(posix_spawn_file_actions_adddup2(&actions, -1, 5));
    R(posix_spawn_file_actions_adddup2(&actions, 1, -1));
    R(posix_spawn_file_actions_destroy(&actions));
}
