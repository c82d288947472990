/* UDP within one program: truncation, peers, timeouts; and a connection that nobody accepts. */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int bound(int kind, struct sockaddr_in *address) {
  socklen_t len = sizeof *address;
  int fd = socket(AF_INET, kind, 0);
  *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (fd < 0 || bind(fd, (struct sockaddr *)address, sizeof *address) ||
      getsockname(fd, (struct sockaddr *)address, &len))
    perror("bound");
  return fd;
}

int main(void) {
  struct sockaddr_in a_address, b_address, from;
  int a = bound(SOCK_DGRAM, &a_address), b = bound(SOCK_DGRAM, &b_address);
  char buffer[16] = "";
  socklen_t len = sizeof from;
  printf("no peer: %d, %d\n", (int)send(a, "x", 1, 0), errno == EDESTADDRREQ);
  printf("sendto: %d\n", (int)sendto(a, "datagram", 8, 0, (struct sockaddr *)&b_address, sizeof b_address));
  printf("peek: %d\n", (int)recv(b, buffer, 4, MSG_PEEK));
  printf("trunc: %d %s\n", (int)recvfrom(b, buffer, 4, MSG_TRUNC, (struct sockaddr *)&from, &len), buffer);
  printf("from a: %d\n", from.sin_port == a_address.sin_port);
  printf("connect: %d\n", connect(b, (struct sockaddr *)&a_address, sizeof a_address));
  printf("send: %d, recv: %d\n", (int)send(b, "back", 4, 0), (int)recv(a, buffer, sizeof buffer, 0));
  printf("dontwait: %d, %d\n", (int)recv(a, buffer, 1, MSG_DONTWAIT), errno == EAGAIN);
  struct timeval time = {.tv_usec = 20000};
  setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  printf("timeout: %d, %d\n", (int)recv(a, buffer, 1, 0), errno == EAGAIN);
  close(a), close(b);

  struct sockaddr_in nobody;
  close(bound(SOCK_STREAM, &nobody));
  int c = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  printf("connect: %d, %d\n", connect(c, (struct sockaddr *)&nobody, sizeof nobody), errno == EINPROGRESS);
  struct pollfd fd = {.fd = c, .events = POLLOUT};
  printf("poll: %d, %d\n", poll(&fd, 1, 5000), fd.revents == (POLLOUT | POLLERR | POLLHUP));
  int error = 0;
  len = sizeof error;
  getsockopt(c, SOL_SOCKET, SO_ERROR, &error, &len);
  printf("refused: %d\n", error == ECONNREFUSED);
  getsockopt(c, SOL_SOCKET, SO_ERROR, &error, &len);
  printf("told once: %d\n", error == 0);
  printf("the end: %d\n", (int)recv(c, buffer, 1, 0));
  close(c);
  for (int i = 0; i < 5000; i++) {
    int fd = socket(i % 2 ? AF_INET6 : AF_INET, i % 3 ? SOCK_STREAM : SOCK_DGRAM, 0);
    if (fd != a || close(fd)) {
      printf("leak at %d\n", i);
      return 1;
    }
  }
  printf("not a socket: %d, %d\n", listen(1, 1), errno == ENOTSOCK);
  return 0;
}
