/* A program with functions of its own under names that the library has, too, beside others of the library. */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int dup(int fd) { return fd + 100; }

int socketpair(int family, int type, int protocol, int ends[2]) {
  ends[0] = ends[1] = family + type + protocol;
  return 7;
}

int main(void) {
  int ends[2];
  int pair = socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  printf("%d %d %d\n", dup(1), pair, pipe(ends));
}
