// The calls that makers of Python and Go components make to an adapter: they pause the clocks, and reset all state.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define ADAPTER(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) extern

ADAPTER(adapter_monotonic_clock_set_paused) void set_paused(uint32_t paused);
ADAPTER(reset_adapter_state) void reset_state(void);

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000ll + time.tv_nsec;
}

int main(int argc, char **argv) {
  struct timespec nap = {.tv_nsec = 30000000};
  int64_t before = now();
  set_paused(1);
  int woke = nanosleep(&nap, NULL) == 0; // poll_oneoff
  int stood = now() - before;
  set_paused(0);
  printf("slept %d, meanwhile %d ns, then at least 30 ms: %d\n", woke, stood, now() - before >= nap.tv_nsec);

  int first = open(argv[argc - 1], O_RDONLY);
  reset_state();
  int again = open(argv[argc - 1], O_RDONLY);
  char word[4] = "";
  printf("numbers %d %d, read %zd \"%.3s\"\n", first, again, read(again, word, 3), word);
  return 7;
}
