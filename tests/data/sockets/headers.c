/* Uses all declarations of the headers, in C and in C++, and `socket` as an ordinary name. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <ifaddrs.h>
#include <limits.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pwd.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __cplusplus
#define SAME(left, right) static_assert((left) == (right), #left)
#else
#define SAME(left, right) _Static_assert((left) == (right), #left)
#endif

SAME(sizeof(struct sockaddr_in), 16);
SAME(sizeof(((struct sockaddr_in *)0)->sin_zero), 8);
SAME(sizeof(((struct sockaddr_un *)0)->sun_path), 108);
SAME(CMSG_SPACE(sizeof(int)), CMSG_LEN(sizeof(int)));
SAME(PF_INET6, AF_INET6);
SAME(PF_LOCAL, AF_UNIX);
SAME(PIPE_BUF, 4096);
SAME(sizeof(struct mmsghdr), sizeof(struct msghdr) + sizeof(int));

/* Values that a program may want to tell apart. */
static int distinct(int value) {
  switch (value) {
    case SO_REUSEADDR: case SO_TYPE: case SO_ERROR: case SO_DONTROUTE: case SO_BROADCAST: case SO_SNDBUF: case SO_RCVBUF:
    case SO_KEEPALIVE: case SO_OOBINLINE: case SO_LINGER: case SO_REUSEPORT: case SO_RCVLOWAT: case SO_ACCEPTCONN:
    case SO_PROTOCOL: case SO_DOMAIN: case SO_RCVTIMEO: case SO_SNDTIMEO: case SO_PRIORITY: case SO_NO_CHECK: case SO_SNDLOWAT:
      return 1;
  }
  switch (value) {
    case MSG_OOB: case MSG_PEEK: case MSG_DONTROUTE: case MSG_CTRUNC: case MSG_TRUNC: case MSG_DONTWAIT: case MSG_EOR:
    case MSG_WAITALL: case MSG_NOSIGNAL: case MSG_MORE: case MSG_WAITFORONE: case MSG_CMSG_CLOEXEC:
      return 2;
  }
  switch (value) {
    case IP_TOS: case IP_TTL: case IP_MTU_DISCOVER: case IPV6_UNICAST_HOPS: case IPV6_MTU_DISCOVER: case IPV6_V6ONLY:
    case IPV6_DONTFRAG: case IPV6_TCLASS:
      return 6;
  }
  switch (value) {
    case TCP_NODELAY: case TCP_MAXSEG: case TCP_CORK: case TCP_KEEPIDLE: case TCP_KEEPINTVL: case TCP_KEEPCNT: case TCP_SYNCNT:
    case TCP_USER_TIMEOUT: case TCP_NOTSENT_LOWAT:
      return 7;
  }
  switch (value) {
    case POLLIN: case POLLPRI: case POLLOUT: case POLLERR: case POLLHUP: case POLLNVAL: case POLLRDBAND: case POLLWRBAND:
      return 3;
  }
  switch (value) {
    case SOCK_STREAM: case SOCK_DGRAM: case SOCK_RDM: case SOCK_RAW: case SOCK_SEQPACKET: case SOCK_DCCP:
    case SOCK_PACKET: case SOCK_NONBLOCK: case SOCK_CLOEXEC:
      return 4;
  }
  switch (value) {
    case F_DUPFD: case F_GETFD: case F_SETFD: case F_GETFL: case F_SETFL: case F_GETLK: case F_SETLK: case F_SETLKW:
    case F_OFD_GETLK: case F_OFD_SETLK: case F_OFD_SETLKW: case F_DUPFD_CLOEXEC:
      return 8;
  }
  switch (value) {
    case O_CLOEXEC: case O_NONBLOCK: case O_APPEND: case O_CREAT: case O_DIRECTORY: case O_EXCL: case O_TRUNC: case O_RDONLY:
    case O_WRONLY: case O_RDWR: case O_NOFOLLOW:
      return 5;
  }
  return 0;
}

struct names {
  int socket;
  int (*make)(int, int, int);
};

static int (*const made[])(int, int, int) = {socket, &socket};

/* Each call is of the library's function, for which the type is unknown. */
static int refused(int result) { return result == -1 && errno == EINVAL; }

static int call(int (*function)(int, int, int)) { return refused(function(AF_INET, 99, 0)); }

static int of_type(int type) { return refused(socket(AF_INET, type, 0)); }

#ifdef __cplusplus
struct methods {
  int socket(int family, int type, int protocol) { return ::socket(family, type, protocol); }
};

namespace other {
using ::socket;
static int unknown() { return refused(socket(AF_INET, 99, 0)); }
}

template <class Function>
static int apply(Function function) { return refused(function(AF_INET, 99, 0)); }

static int in_cpp(void) {
  methods it;
  auto address = &::socket;
  return refused(it.socket(AF_INET, 99, 0)) && other::unknown() && apply(socket) && apply(address);
}
#else
static int in_cpp(void) { return 1; }
#endif

/* Of each family of functions one that fails, or knows the answer. */
static int functions(void) {
  struct in_addr address;
  struct pollfd none;
  struct timeval now;
  memset(&now, 0, sizeof now);
  int ends[2];
  h_errno = HOST_NOT_FOUND;
  struct mmsghdr messages[1];
  char random[4];
  struct flock lock;
  memset(&lock, 0, sizeof lock);
  lock.l_type = F_WRLCK;
  int (*control)(int, int, ...) = fcntl;
  /* As a table of system calls has it. */
  if (!(void (*)(void))fcntl || control(-1, F_GETFD) != -1 || fcntl(-1, F_OFD_SETLK, &lock) != -1 || errno != EBADF) return 0;
  if (flock(-1, LOCK_EX | LOCK_NB) != -1 || lockf(-1, F_TLOCK, 1) != -1 || errno != EBADF || getpid() < 1) return 0;
  if (sendmmsg(-1, messages, 0, 0) != -1 || recvmmsg(-1, messages, 0, 0, NULL) != -1 || sockatmark(-1) != -1) return 0;
  if (getentropy(random, sizeof random) != 0 || if_nametoindex("none") != 0 || getprotobyname("tcp")->p_proto != IPPROTO_TCP) return 0;
  return inet_addr("127.0.0.1") == htonl(INADDR_LOOPBACK) && inet_aton("::", &address) == 0 && hstrerror(h_errno)
      && getservbyname("https", "tcp")->s_port == htons(443) && gai_strerror(EAI_NONAME) && poll(&none, 0, 0) == 0
      && select(0, NULL, NULL, NULL, &now) == 0 && socketpair(AF_INET, SOCK_STREAM, 0, ends) == -1 && pipe2(ends, O_CLOEXEC) == 0
      && dup3(ends[0], ends[1], 0) == ends[1] && fcntl(ends[0], F_GETFD) == FD_CLOEXEC && listen(ends[0], 1) == -1;
}

static int processes(void) {
  char name[] = "/none/XXXXXX", *none[] = {NULL};
  pid_t child;
  if (getuid() != 0 || umask(022) != 022 || getpwuid(0)->pw_uid != 0 || getgrgid(0)->gr_gid != 0) return 0;
  if (mkstemp(name) != -1 || mkdtemp(name) || tmpfile() || chmod("/none", 0600) != -1 || chown("/none", 0, 0) != -1) return 0;
  if (fork() != -1 || execv("/none", none) != -1 || system("none") != -1 || popen("none", "r") || errno != ENOSYS) return 0;
  struct utsname system;
  struct rlimit limit;
  struct iovec nothing = {NULL, 0};
  if (uname(&system) || getrlimit(RLIMIT_NOFILE, &limit) || clock() == -1 || writev(1, &nothing, 1)) return 0;
  return waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD && posix_spawn(&child, "/none", NULL, NULL, none, none) == ENOSYS;
}

int main(void) {
  struct names names = {3, socket};
  int plain = names.socket == 3 && call(names.make) && call(made[0]) && call(made[1]) && call(socket) && of_type(99);
  int known = distinct(SO_ERROR) && distinct(MSG_PEEK) && distinct(POLLIN) && distinct(SOCK_STREAM) && distinct(O_CLOEXEC);
  return plain && known && functions() && processes() && in_cpp() ? 0 : 1;
}
