/* Adds the declarations that the sysroot's header lacks. */
#ifndef WASI_ADAPT_UNISTD_H
#define WASI_ADAPT_UNISTD_H

#pragma GCC system_header

/* The sysroot's own is deprecated, and warns. */
#define getpid __sysroot_getpid
#include_next <unistd.h>
#undef getpid

#include <__wasi_sockets.h>
#include <sys/types.h>

#define F_ULOCK 0
#define F_LOCK 1
#define F_TLOCK 2
#define F_TEST 3

#ifdef __cplusplus
extern "C" {
#endif

int dup(int) __WASI_SOCKETS(dup);
int dup2(int, int) __WASI_SOCKETS(dup2);
int dup3(int, int, int) __WASI_SOCKETS(dup3);
int pipe(int[2]) __WASI_SOCKETS(pipe);
int pipe2(int[2], int) __WASI_SOCKETS(pipe2);
int chdir(const char *) __WASI_SOCKETS(chdir);
int linkat(int, const char *, int, const char *, int) __WASI_SOCKETS(linkat);
int lockf(int, int, off_t) __WASI_SOCKETS(lockf);
pid_t getpid(void) __WASI_SOCKETS(getpid);
pid_t getppid(void) __WASI_SOCKETS(getppid);
pid_t fork(void) __WASI_SOCKETS(fork);
pid_t vfork(void) __WASI_SOCKETS(vfork);
int execve(const char *, char *const[], char *const[]) __WASI_SOCKETS(execve);
int execv(const char *, char *const[]) __WASI_SOCKETS(execv);
int execvp(const char *, char *const[]) __WASI_SOCKETS(execvp);
int execl(const char *, const char *, ...) __WASI_SOCKETS(execl);
int execlp(const char *, const char *, ...) __WASI_SOCKETS(execlp);
uid_t getuid(void) __WASI_SOCKETS(getuid);
uid_t geteuid(void) __WASI_SOCKETS(geteuid);
gid_t getgid(void) __WASI_SOCKETS(getgid);
gid_t getegid(void) __WASI_SOCKETS(getegid);
unsigned alarm(unsigned) __WASI_SOCKETS(alarm);
int getgroups(int, gid_t[]) __WASI_SOCKETS(getgroups);
int setuid(uid_t) __WASI_SOCKETS(setuid);
int seteuid(uid_t) __WASI_SOCKETS(seteuid);
int setgid(gid_t) __WASI_SOCKETS(setgid);
int setegid(gid_t) __WASI_SOCKETS(setegid);
int chown(const char *, uid_t, gid_t) __WASI_SOCKETS(chown);
int lchown(const char *, uid_t, gid_t) __WASI_SOCKETS(lchown);
int fchown(int, uid_t, gid_t) __WASI_SOCKETS(fchown);
int fchownat(int, const char *, uid_t, gid_t, int) __WASI_SOCKETS(fchownat);
int gethostname(char *, size_t) __WASI_SOCKETS(gethostname);
/* It is the C library's, which shows it to some programs only. */
int getentropy(void *, size_t);

#ifdef __cplusplus
}
#endif

#endif
