// The cases of README.md in which this adapter works and the official one does not: `compare CASE` prints `ok`, or the fault.
// It runs with a directory of its own as `/`.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <wasi/api.h>

extern char **environ;

static const char *exit_status(void) {
  exit(7);
}

static const char *environment(void) {
  int count = 0;
  for (char **variable = environ; *variable; variable++)
    count++;
  return count >= 4000 ? "ok" : "variables are missing";
}

static const char *open_files(void) {
  for (int i = 0; i < 600; i++)
    if (open("/many", O_RDONLY | O_CREAT, 0666) < 0)
      return strerror(errno);
  return "ok";
}

// A read after a write continues where the write ended.
static const char *cursor(void) {
  char bytes[2] = "";
  int file = open("/cursor", O_RDWR | O_CREAT | O_TRUNC, 0666);
  write(file, "0123456789abcdef", 16);
  lseek(file, 0, SEEK_SET);
  read(file, bytes, 2);
  write(file, "XY", 2);
  read(file, bytes, 2);
  return memcmp(bytes, "45", 2) ? "the wrong bytes are read" : "ok";
}

// Bytes that another descriptor appends after the end was reached.
static const char *growing(void) {
  char byte = 0;
  int writer = open("/growing", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0666);
  int reader = open("/growing", O_RDONLY);
  if (read(reader, &byte, 1) != 0)
    return "an empty file has bytes";
  write(writer, "x", 1);
  return read(reader, &byte, 1) == 1 && byte == 'x' ? "ok" : "the new bytes are never seen";
}

static const char *buffers(void) {
  char first[2], second[2];
  struct iovec out[] = {{"ab", 2}, {"cd", 2}}, in[] = {{first, 2}, {second, 2}};
  int file = open("/buffers", O_RDWR | O_CREAT | O_TRUNC, 0666);
  if (writev(file, out, 2) != 4)
    return "only the first is written";
  lseek(file, 0, SEEK_SET);
  return readv(file, in, 2) == 4 && !memcmp(second, "cd", 2) ? "ok" : "only the first is read";
}

static const char *append_flag(void) {
  struct stat status;
  int file = open("/append", O_WRONLY | O_CREAT | O_TRUNC, 0666);
  write(file, "1234", 4);
  lseek(file, 0, SEEK_SET);
  write(file, "1", 1);
  fcntl(file, F_SETFL, O_APPEND);
  write(file, "5", 1);
  fstat(file, &status);
  return status.st_size == 5 ? "ok" : "the file is overwritten";
}

static const char *not_a_socket(void) {
  __wasi_size_t length;
  __wasi_ciovec_t bytes = {(const unsigned char *)"x", 1};
  int file = open("/plain", O_WRONLY | O_CREAT, 0666);
  return __wasi_sock_send(file, &bytes, 1, 0, &length) == __WASI_ERRNO_NOTSOCK ? "ok" : "no error, or another";
}

static const struct {
  const char *name;
  const char *(*check)(void);
} cases[] = {
  {"exit-status", exit_status}, {"environment", environment}, {"open-files", open_files}, {"cursor", cursor},
  {"growing", growing},         {"buffers", buffers},         {"append-flag", append_flag}, {"not-a-socket", not_a_socket},
};

int main(int argc, char **argv) {
  for (size_t i = 0; argc == 2 && i < sizeof cases / sizeof *cases; i++)
    if (!strcmp(argv[1], cases[i].name))
      return puts(cases[i].check()) < 0;
  fputs("usage: compare CASE\n", stderr);
  return 2;
}
