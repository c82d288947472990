/* Adds the declarations that the sysroot's header lacks. */
#ifndef WASI_ADAPT_SIGNAL_H
#define WASI_ADAPT_SIGNAL_H

#pragma GCC system_header

/* Numbers and names of signals. Its functions are those of an emulation, which a program would have to be linked with. */
#ifndef _WASI_EMULATED_SIGNAL
#define _WASI_EMULATED_SIGNAL
#endif
#define signal __sysroot_signal
#define raise __sysroot_raise
#include_next <signal.h>
#undef signal
#undef raise

#define __NEED_pid_t
#define __NEED_uid_t
#define __NEED_size_t
#define __NEED_sigset_t
#include <bits/alltypes.h>

#include <__wasi_sockets.h>

/* Neither is the number of a function. */
#undef SIG_ERR
#undef SIG_IGN
#define SIG_ERR ((void (*)(int))-1)
#define SIG_IGN ((void (*)(int))-2)

#define SIG_BLOCK 0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

#define SA_NOCLDSTOP 1
#define SA_NOCLDWAIT 2
#define SA_SIGINFO 4
#define SA_ONSTACK 0x08000000
#define SA_RESTART 0x10000000
#define SA_NODEFER 0x40000000
#define SA_RESETHAND 0x80000000

#define SI_USER 0

#define NSIG _NSIG

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int si_signo, si_errno, si_code;
  pid_t si_pid;
  uid_t si_uid;
} siginfo_t;

struct sigaction {
  union {
    void (*sa_handler)(int);
    void (*sa_sigaction)(int, siginfo_t *, void *);
  } __sa_handler;
  sigset_t sa_mask;
  int sa_flags;
};
#define sa_handler __sa_handler.sa_handler
#define sa_sigaction __sa_handler.sa_sigaction

void (*signal(int, void (*)(int)))(int) __WASI_SOCKETS(signal);
int raise(int) __WASI_SOCKETS(raise);
int kill(pid_t, int) __WASI_SOCKETS(kill);
int sigaction(int, const struct sigaction *__restrict, struct sigaction *__restrict) __WASI_SOCKETS(sigaction);
int sigprocmask(int, const sigset_t *__restrict, sigset_t *__restrict) __WASI_SOCKETS(sigprocmask);
int sigpending(sigset_t *) __WASI_SOCKETS(sigpending);
int sigsuspend(const sigset_t *) __WASI_SOCKETS(sigsuspend);

int sigemptyset(sigset_t *) __WASI_SOCKETS(sigemptyset);
int sigfillset(sigset_t *) __WASI_SOCKETS(sigfillset);
int sigaddset(sigset_t *, int) __WASI_SOCKETS(sigaddset);
int sigdelset(sigset_t *, int) __WASI_SOCKETS(sigdelset);
int sigismember(const sigset_t *, int) __WASI_SOCKETS(sigismember);

#ifdef __cplusplus
}
#endif

#endif
