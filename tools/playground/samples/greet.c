#include <stdio.h>
#include <stdlib.h>

int main(void) {
  const char *query = getenv("QUERY_STRING");
  printf("Content-Type: text/plain\n\nhello %s\n", query && *query ? query : "nobody");
  for (int c; (c = getchar()) != EOF;)
    putchar(c);
}
