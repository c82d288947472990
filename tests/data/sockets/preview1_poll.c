// poll_oneoff of preview1 itself, with sockets, a file, a pipe and a clock.
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wasi/api.h>

static __wasi_subscription_t of_fd(int fd, __wasi_eventtype_t type) {
  __wasi_subscription_t it = {.userdata = fd * 10 + type, .u = {.tag = type}};
  it.u.u.fd_read.file_descriptor = fd;
  return it;
}

static __wasi_subscription_t clock_in(__wasi_clockid_t id, __wasi_timestamp_t timeout, __wasi_subclockflags_t flags) {
  __wasi_subscription_t it = {.userdata = 1, .u = {.tag = __WASI_EVENTTYPE_CLOCK}};
  it.u.u.clock = (__wasi_subscription_clock_t){.id = id, .timeout = timeout, .flags = flags};
  return it;
}

static void wait_for(const char *what, const __wasi_subscription_t *subscriptions, size_t count) {
  __wasi_event_t events[8];
  size_t found = 0;
  int error = __wasi_poll_oneoff(subscriptions, events, count, &found);
  printf("%s: %d, %zu\n", what, error, found);
  for (size_t i = 0; i < found; i++)
    printf("  %d error %d type %d bytes %d flags %d\n", (int)events[i].userdata, events[i].error, events[i].type,
           events[i].type == __WASI_EVENTTYPE_FD_READ ? (int)events[i].fd_readwrite.nbytes : 0,
           events[i].fd_readwrite.flags);
}

int main(void) {
  int pair[2], ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) || pipe(ends)) return 1;
  __wasi_subscription_t quiet[] = {of_fd(pair[0], __WASI_EVENTTYPE_FD_READ), clock_in(1, 1000000, 0)};
  wait_for("only the clock", quiet, 2);
  quiet[1] = clock_in(1, 1, 1);
  wait_for("a time that is over", quiet, 2);
  quiet[1] = clock_in(0, 1, 1);
  wait_for("one of the wall clock", quiet, 2);
  write(pair[1], "hello", 5);
  wait_for("with data", quiet, 1);
  __wasi_subscription_t all[] = {
      of_fd(pair[0], __WASI_EVENTTYPE_FD_READ), of_fd(pair[0], __WASI_EVENTTYPE_FD_WRITE),
      of_fd(ends[0], __WASI_EVENTTYPE_FD_READ), of_fd(ends[1], __WASI_EVENTTYPE_FD_WRITE),
      of_fd(99, __WASI_EVENTTYPE_FD_READ),      of_fd(1, __WASI_EVENTTYPE_FD_WRITE),
      clock_in(1, 60000000000, 0),
  };
  wait_for("all", all, 7);
  close(pair[1]);
  wait_for("hung up", quiet, 1);
  quiet[0].u.tag = 7;
  wait_for("nothing there is", quiet, 1);
  int sockets[2] = {socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0)};
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t len = sizeof address;
  if (bind(sockets[0], (struct sockaddr *)&address, len) || getsockname(sockets[0], (struct sockaddr *)&address, &len))
    return 1;
  sendto(sockets[1], "datagram", 8, 0, (struct sockaddr *)&address, len);
  __wasi_subscription_t datagram = of_fd(sockets[0], __WASI_EVENTTYPE_FD_READ);
  wait_for("a datagram", &datagram, 1);
}
