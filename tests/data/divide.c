// Traps some calls deep, the last of them inlined.
#include <stdio.h>
#include <string.h>

static int depth;

static inline __attribute__((always_inline)) int divide(int a, int b) {
  return a / b;
}

__attribute__((noinline)) int innermost(int *numbers, int count) {
  char copy[64];
  memcpy(copy, numbers, sizeof *numbers * count);
  depth += copy[0];
  return divide(count, numbers[0]);
}

__attribute__((noinline)) int middle(int count) {
  int numbers[8];
  memset(numbers, 0, sizeof numbers);
  printf("about to divide\n");
  return innermost(numbers, count) + 1;
}

// The test makes this the start function, beside an `_initialize`.
__attribute__((export_name("begin"))) void begin(void) { depth++; }
#ifdef WITH_INITIALIZE
__attribute__((export_name("_initialize"))) void initialize(void) { depth++; }
#endif

int main(int argc, char **argv) {
  return middle(argc + 2) * 2;
}
