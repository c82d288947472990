// Responses of all kinds, right and wrong. The path of the request says which.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is(const char *name) {
  const char *path = getenv("PATH_INFO");
  return path && strcmp(path + 1, name) == 0;
}

static int write_text(const char *text) {
  fputs(text, stdout);
  return 0;
}

// A body of a mebibyte, in pieces that are no power of two.
static int big(void) {
  char piece[1000];
  printf("Content-Type: application/octet-stream\n\n");
  for (int left = 1 << 20; left > 0; left -= sizeof piece) {
    memset(piece, 'a' + left % 26, sizeof piece);
    fwrite(piece, 1, left < 1000 ? left : sizeof piece, stdout);
  }
  return 0;
}

// One byte in each write, headers included.
static int bytes(void) {
  for (const char *byte = "Content-Type: text/plain\r\nX-Slow: yes\r\n\r\nbody"; *byte; byte++)
    write(1, byte, 1);
  return 0;
}

// Reads the body in pieces, and says how much it was.
static int count(void) {
  static char piece[1 << 16];
  long long length = 0;
  for (ssize_t part; (part = read(0, piece, sizeof piece)) != 0; length += part)
    if (part < 0) return write_text("Status: 400\r\nContent-Type: text/plain\r\n\r\nit breaks off\n");
  return printf("Content-Type: text/plain\r\n\r\n%lld bytes\n", length), 0;
}

// A body of a hundred megabytes, which ends early if nobody takes it.
static int flood(void) {
  static char piece[1 << 16];
  write_text("Content-Type: application/octet-stream\r\n\r\n");
  fflush(stdout);
  for (int i = 0; i < 1600; i++)
    if (write(1, piece, sizeof piece) < 0) return 1;
  return 0;
}

int main(void) {
  if (is("plain")) return write_text("Content-Type: text/plain\r\n\r\nhello\n");
  if (is("line-feeds")) return write_text("Content-Type: text/plain\nX-A: 1\n\nhello\n");
  if (is("status")) return write_text("Status: 404 Not Found\r\nContent-Type: text/plain\r\n\r\nnothing here\n");
  if (is("status-alone")) return write_text("Status: 204 No Content\r\n\r\n");
  if (is("not-modified")) return write_text("Status: 304\r\nETag: \"a\"\r\n\r\n");
  if (is("redirect")) return write_text("Location: http://example.test/elsewhere\r\n\r\n");
  if (is("redirect-301")) return write_text("Status: 301 Moved\r\nLocation: http://example.test/\r\n\r\nmoved\n");
  if (is("redirect-local")) return write_text("Location: /cases.cgi/plain?from=here\r\n\r\n");
  if (is("cookies")) return write_text("Content-Type: text/plain\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2; Path=/\r\n\r\n");
  if (is("spaces")) return write_text("Content-Type:text/plain\r\nX-Spaces:  \t in the middle\r\n\r\nhello\n");
  if (is("case")) return write_text("content-TYPE: text/plain\r\nSTATUS: 202 Accepted\r\n\r\nhello\n");
  if (is("length")) return write_text("Content-Type: text/plain\r\nContent-Length: 6\r\n\r\nhello\n");
  if (is("long")) return write_text("Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello, and more\n");
  if (is("short")) return write_text("Content-Type: text/plain\r\nContent-Length: 100\r\n\r\nhello\n");
  if (is("connection")) return write_text("Content-Type: text/plain\r\nKeep-Alive: 5\r\nUpgrade: x\r\n\r\nhello\n");
  if (is("empty-body")) return write_text("Content-Type: text/plain\r\n\r\n");
  if (is("big")) return big();
  if (is("bytes")) return bytes();
  if (is("count")) return count();
  if (is("flood")) return flood();
  if (is("status-3-after")) return write_text("Content-Type: text/plain\r\n\r\nbefore the end\n"), fflush(stdout), 3;
  if (is("stderr")) {
    fprintf(stderr, "the program's own line\n");
    return write_text("Content-Type: text/plain\r\n\r\nhello\n");
  }
  if (is("trap-after")) {
    write_text("Content-Type: text/plain\r\nContent-Length: 100\r\n\r\nbefore the trap\n");
    fflush(stdout);
    __builtin_trap();
  }
  if (is("trap-in-chunks")) {
    write_text("Content-Type: text/plain\r\n\r\nbefore the trap\n");
    fflush(stdout);
    *(volatile char *)-1 = 0;
  }
  if (is("spin"))
    for (volatile int i = 0;; i++)
      ;
  if (is("memory")) {
    char *volatile kept; // or compilers leave it out
    for (int mebibytes = 0;; mebibytes++)
      if (!(kept = malloc(1 << 20))) return printf("Content-Type: text/plain\n\n%s\n", mebibytes < 64 ? "full" : "much"), 0;
  }
  if (is("nothing")) return 0;
  if (is("status-3")) return 3;
  if (is("trap")) __builtin_trap();
  if (is("half-a-head")) return write_text("Content-Type: text/plain\r\n");
  if (is("no-header")) return write_text("hello\n\nhello\n");
  if (is("no-name")) return write_text("Content-Type: text/plain\r\n: value\r\n\r\n");
  if (is("folded")) return write_text("Content-Type: text/plain\r\n folded\r\n\r\n");
  if (is("no-field")) return write_text("X-Other: 1\r\n\r\nhello\n");
  if (is("status-100")) return write_text("Status: 100 Continue\r\nContent-Type: text/plain\r\n\r\n");
  if (is("status-x")) return write_text("Status: fine\r\nContent-Type: text/plain\r\n\r\n");
  if (is("two-lengths")) return write_text("Content-Length: 1\r\nContent-Length: 2\r\n\r\nab");
  if (is("control")) return write_text("Content-Type: text/plain\r\nX-A: \x01\r\n\r\n");
  if (is("endless-head")) {
    for (int i = 0; i < 100000; i++)
      printf("X-%d: 1\r\n", i);
    return 0;
  }
  return write_text("Status: 404\r\nContent-Type: text/plain\r\n\r\nno such case\n");
}
