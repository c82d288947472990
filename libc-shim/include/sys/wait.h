/* Ends of processes. The sysroot has no such header. */
#ifndef WASI_ADAPT_SYS_WAIT_H
#define WASI_ADAPT_SYS_WAIT_H

#pragma GCC system_header

#include <__wasi_sockets.h>
#include <sys/types.h>

#define WNOHANG 1
#define WUNTRACED 2
#define WCONTINUED 8

#define WEXITSTATUS(status) (((status) & 0xff00) >> 8)
#define WTERMSIG(status) ((status) & 0x7f)
#define WIFEXITED(status) (!WTERMSIG(status))
#define WIFSIGNALED(status) (((status) & 0xffff) - 1U < 0xffU)
#define WIFSTOPPED(status) (((status) & 0xff) == 0x7f)
#define WSTOPSIG(status) WEXITSTATUS(status)
#define WCOREDUMP(status) ((status) & 0x80)

#ifdef __cplusplus
extern "C" {
#endif

pid_t wait(int *) __WASI_SOCKETS(wait);
pid_t waitpid(pid_t, int *, int) __WASI_SOCKETS(waitpid);

#ifdef __cplusplus
}
#endif

#endif
