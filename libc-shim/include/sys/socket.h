/* Sockets, for a preview1 sysroot that has only some of this. Put this directory before it: -I. */
#ifndef WASI_ADAPT_SYS_SOCKET_H
#define WASI_ADAPT_SYS_SOCKET_H

#pragma GCC system_header

/* Some sysroots have these, and no function of them. */
#define mmsghdr __sysroot_mmsghdr
#define sendmmsg __sysroot_sendmmsg
#define recvmmsg __sysroot_recvmmsg
#include_next <sys/socket.h>
#undef mmsghdr
#undef sendmmsg
#undef recvmmsg

#include <__wasi_sockets.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

/* The sysroot's own values are those of preview1, and too few. */
#undef MSG_PEEK
#undef MSG_TRUNC
#undef MSG_WAITALL

#define MSG_OOB 0x1
#define MSG_PEEK 0x2
#define MSG_DONTROUTE 0x4
#define MSG_CTRUNC 0x8
#define MSG_TRUNC 0x20
#define MSG_DONTWAIT 0x40
#define MSG_EOR 0x80
#define MSG_WAITALL 0x100
#define MSG_NOSIGNAL 0x4000
#define MSG_MORE 0x8000
#define MSG_WAITFORONE 0x10000
#define MSG_CMSG_CLOEXEC 0x40000000

/* The rest has in every sysroot the value that it has here, if it is there. */
#define PF_UNSPEC 0
#define PF_INET 1
#define PF_INET6 2
#define PF_UNIX 3
#define PF_LOCAL 3
#define AF_LOCAL 3

/* There are no sockets of these types. */
#define SOCK_RDM 2
#define SOCK_RAW 3
#define SOCK_SEQPACKET 4
#define SOCK_DCCP 7
#define SOCK_PACKET 10

#define SOL_IP 0
#define SOL_TCP 6
#define SOL_UDP 17
#define SOL_IPV6 41

#define SO_REUSEADDR 2
#define SO_ERROR 4
#define SO_DONTROUTE 5
#define SO_BROADCAST 6
#define SO_SNDBUF 7
#define SO_RCVBUF 8
#define SO_KEEPALIVE 9
#define SO_OOBINLINE 10
#define SO_NO_CHECK 11
#define SO_PRIORITY 12
#define SO_LINGER 13
#define SO_REUSEPORT 15
#define SO_RCVLOWAT 18
#define SO_SNDLOWAT 19
#define SO_ACCEPTCONN 30
#define SO_PROTOCOL 38
#define SO_DOMAIN 39
#define SO_RCVTIMEO 66
#define SO_SNDTIMEO 67

#define SOMAXCONN 128

struct mmsghdr {
  struct msghdr msg_hdr;
  unsigned int msg_len;
};

struct cmsghdr {
  socklen_t cmsg_len;
  int cmsg_level;
  int cmsg_type;
};

#define CMSG_ALIGN(size) (((size) + sizeof(size_t) - 1) & ~(sizeof(size_t) - 1))
#define CMSG_LEN(size) (CMSG_ALIGN(sizeof(struct cmsghdr)) + (size))
#define CMSG_SPACE(size) (CMSG_ALIGN(sizeof(struct cmsghdr)) + CMSG_ALIGN(size))
#define CMSG_DATA(cmsg) ((unsigned char *)(cmsg) + CMSG_ALIGN(sizeof(struct cmsghdr)))
#define CMSG_FIRSTHDR(msg) \
  ((msg)->msg_controllen < sizeof(struct cmsghdr) ? (struct cmsghdr *)0 : (struct cmsghdr *)(msg)->msg_control)
#define CMSG_NXTHDR(msg, cmsg)                                                                     \
  ((cmsg)->cmsg_len < sizeof(struct cmsghdr) ||                                                    \
           CMSG_ALIGN((cmsg)->cmsg_len) + sizeof(struct cmsghdr) >                                 \
               (size_t)((char *)(msg)->msg_control + (msg)->msg_controllen - (char *)(cmsg))       \
       ? (struct cmsghdr *)0                                                                       \
       : (struct cmsghdr *)((char *)(cmsg) + CMSG_ALIGN((cmsg)->cmsg_len)))

#ifdef __cplusplus
extern "C" {
#endif

int socket(int, int, int) __WASI_SOCKETS(socket);
/* The same for a type that the compiler knows. A program that calls no other has no code for what it does not use. */
#define __WASI_SOCKETS_TYPE(is) \
  __attribute__((overloadable, enable_if((__type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) == (is), "another type")))
int socket(int, int __type, int) __WASI_SOCKETS(socket_stream) __WASI_SOCKETS_TYPE(SOCK_STREAM);
int socket(int, int __type, int) __WASI_SOCKETS(socket_dgram) __WASI_SOCKETS_TYPE(SOCK_DGRAM);
int socketpair(int, int, int, int[2]) __WASI_SOCKETS(socketpair);
int bind(int, const struct sockaddr *, socklen_t) __WASI_SOCKETS(bind);
int connect(int, const struct sockaddr *, socklen_t) __WASI_SOCKETS(connect);
int listen(int, int) __WASI_SOCKETS(listen);
int accept(int, struct sockaddr *__restrict, socklen_t *__restrict) __WASI_SOCKETS(accept);
int accept4(int, struct sockaddr *__restrict, socklen_t *__restrict, int) __WASI_SOCKETS(accept4);
int shutdown(int, int) __WASI_SOCKETS(shutdown);
int getsockname(int, struct sockaddr *__restrict, socklen_t *__restrict) __WASI_SOCKETS(getsockname);
int getpeername(int, struct sockaddr *__restrict, socklen_t *__restrict) __WASI_SOCKETS(getpeername);
int getsockopt(int, int, int, void *__restrict, socklen_t *__restrict) __WASI_SOCKETS(getsockopt);
int setsockopt(int, int, int, const void *, socklen_t) __WASI_SOCKETS(setsockopt);
ssize_t send(int, const void *, size_t, int) __WASI_SOCKETS(send);
ssize_t sendto(int, const void *, size_t, int, const struct sockaddr *, socklen_t) __WASI_SOCKETS(sendto);
ssize_t sendmsg(int, const struct msghdr *, int) __WASI_SOCKETS(sendmsg);
ssize_t recv(int, void *, size_t, int) __WASI_SOCKETS(recv);
ssize_t recvfrom(int, void *__restrict, size_t, int, struct sockaddr *__restrict, socklen_t *__restrict)
    __WASI_SOCKETS(recvfrom);
ssize_t recvmsg(int, struct msghdr *, int) __WASI_SOCKETS(recvmsg);
int sendmmsg(int, struct mmsghdr *, unsigned int, unsigned int) __WASI_SOCKETS(sendmmsg);
struct timespec;
int recvmmsg(int, struct mmsghdr *, unsigned int, unsigned int, struct timespec *) __WASI_SOCKETS(recvmmsg);
int sockatmark(int) __WASI_SOCKETS(sockatmark);

#ifdef __cplusplus
}
#endif

#endif
