/* Connects to the port of the argument, talks by stdio, and shows that its numbers are shared and its errors real. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST}, *found;
  int error = getaddrinfo("127.0.0.1", argc > 1 ? argv[1] : "1", &hints, &found);
  if (error) {
    puts(gai_strerror(error));
    return 1;
  }
  int fd = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
  if (connect(fd, found->ai_addr, found->ai_addrlen)) {
    perror("connect");
    return 1;
  }
  int error_again = connect(fd, found->ai_addr, found->ai_addrlen);
  printf("again: %d, %d\n", error_again, errno == EISCONN);
  freeaddrinfo(found);

  FILE *stream = fdopen(fd, "r+");
  char line[64];
  fprintf(stream, "hello %d\n", 42);
  fflush(stream);
  char peeked[6] = "";
  printf("peeked %d: %s\n", (int)recv(fd, peeked, 5, MSG_PEEK), peeked);
  printf("stdio: %s", fgets(line, sizeof line, stream));

  int other = dup(fd);
  struct pollfd fds[] = {{.fd = fd, .events = POLLIN}, {.fd = -1, .events = POLLIN}, {.fd = 99, .events = POLLIN}};
  printf("poll: %d, nval %d\n", poll(fds, 3, 0), fds[2].revents == POLLNVAL);
  printf("dup: %d, %d\n", other > fd, (int)write(other, "by dup\n", 7));
  fds[2].fd = 1, fds[2].events = POLLIN;
  int ready = poll(fds, 3, 5000);
  printf("poll: %d, in %d\n", ready, fds[0].revents == POLLIN);
  printf("stdio: %s", fgets(line, sizeof line, stream));

  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  printf("nothing yet: %d, %d\n", (int)recv(other, line, 1, 0), errno == EAGAIN);
  fcntl(fd, F_SETFL, 0);
  shutdown(fd, SHUT_WR);
  printf("after shutdown: %d, %d\n", (int)send(fd, "x", 1, 0), errno == EPIPE);
  printf("the end: %d\n", (int)read(fd, line, sizeof line));
  printf("seek: %d, %d\n", (int)lseek(fd, 0, SEEK_SET), errno == ESPIPE);
  fclose(stream);
  printf("closed: %d, %d, %d\n", (int)read(fd, line, 1), errno == EBADF, (int)read(other, line, 1));
  close(other);
  return 0;
}
