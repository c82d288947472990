/* An echo server on poll: `tcp_echo_server COUNT` writes its port, serves COUNT connections, many at once, and ends. */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 64

static int failed(const char *what) {
  perror(what);
  return 1;
}

int main(int argc, char **argv) {
  int left = argc > 1 ? atoi(argv[1]) : 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t len = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (listener < 0)
    return failed("socket");
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 16))
    return failed("listen");
  if (getsockname(listener, (struct sockaddr *)&address, &len))
    return failed("getsockname");
  printf("port %d\n", ntohs(address.sin_port));
  fflush(stdout);

  struct pollfd fds[MOST] = {{.fd = listener, .events = POLLIN}};
  int count = 1;
  while (left > 0) {
    fds[0].events = count < MOST ? POLLIN : 0; /* The rest wait. */
    if (poll(fds, count, -1) < 0)
      return failed("poll");
    if (fds[0].revents & POLLIN) {
      int fd = accept(listener, NULL, NULL);
      if (fd >= 0)
        fds[count++] = (struct pollfd){.fd = fd, .events = POLLIN};
      else if (errno != EAGAIN)
        return failed("accept");
    }
    for (int i = 1; i < count; i++) {
      char buffer[4096];
      if (!fds[i].revents)
        continue;
      ssize_t got = read(fds[i].fd, buffer, sizeof buffer);
      if (got > 0 && write(fds[i].fd, buffer, got) == got)
        continue;
      close(fds[i].fd);
      fds[i--] = fds[--count];
      left--;
    }
  }
  close(listener);
  puts("done");
}
