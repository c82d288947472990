// Waits for nothing, for ever.
#include <poll.h>
#include <stdio.h>
#include <sys/select.h>

int main(int argc, char **argv) {
  struct pollfd nobody = {.fd = -1, .events = POLLIN};
  puts("now");
  fflush(stdout);
  int found = argc > 1 ? select(0, NULL, NULL, NULL, NULL) : poll(&nobody, 1, -1);
  printf("%s says %d\n", argv[0], found);
}
