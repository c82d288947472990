// Prints a file and its length; exits with 0, or with 7 when there is no such file.
#include <errno.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  FILE *file = fopen(argv[argc - 1], "r");
  if (!file) {
    printf("%s: %s\n", argv[argc - 1], strerror(errno));
    return 7;
  }
  for (int c; (c = getc(file)) != EOF;)
    putchar(c);
  printf("[%ld bytes]\n", ftell(file));
  return 0;
}
