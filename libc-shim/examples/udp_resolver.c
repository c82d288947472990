/* Asks a name server for the IPv4 addresses of a name: `udp_resolver SERVER PORT NAME` writes one a line. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { HEADER = 12, LONGEST = 512, TYPE_A = 1, CLASS_IN = 1, ID = 0x5157, TRIES = 3 };

static unsigned get16(const uint8_t *from) { return from[0] << 8 | from[1]; }

static uint8_t *put16(uint8_t *to, unsigned value) {
  to[0] = value >> 8;
  to[1] = value;
  return to + 2;
}

/* A question in 512 bytes at most; its length, or 0 if the name is none. */
static size_t question(uint8_t *message, const char *name) {
  memset(message, 0, HEADER);
  put16(message, ID);
  message[2] = 1; /* The server is to ask others, too. */
  put16(message + 4, 1);
  uint8_t *at = message + HEADER;
  if (strlen(name) > 253)
    return 0;
  while (*name) { /* Each label stands behind its length. */
    size_t length = strcspn(name, ".");
    if (length == 0 || length > 63)
      return 0;
    *at++ = length;
    memcpy(at, name, length);
    at += length;
    name += length + (name[length] == '.');
  }
  *at++ = 0;
  return put16(put16(at, TYPE_A), CLASS_IN) - message;
}

/* Returns the end of the name at `at`: a sequence of labels, of which the last may point elsewhere. */
static size_t behind_name(const uint8_t *message, size_t length, size_t at) {
  while (at < length && message[at] != 0 && message[at] < 0xc0)
    at += 1 + message[at];
  return at < length && message[at] ? at + 2 : at + 1;
}

/* Writes the addresses in an answer, and returns how many; -1 if it is cut short. */
static int addresses(const uint8_t *message, size_t length) {
  size_t at = HEADER;
  for (unsigned questions = get16(message + 4); questions > 0; questions--)
    at = behind_name(message, length, at) + 4;
  int found = 0;
  for (unsigned records = get16(message + 6); records > 0; records--) {
    at = behind_name(message, length, at);
    if (at + 10 > length)
      return -1;
    unsigned type = get16(message + at), size = get16(message + at + 8);
    at += 10;
    if (at + size > length)
      return -1;
    char text[INET_ADDRSTRLEN];
    if (type == TYPE_A && size == 4 && inet_ntop(AF_INET, message + at, text, sizeof text)) {
      puts(text);
      found++;
    }
    at += size;
  }
  return found;
}

/* The answer to the question, asked again where none comes in time. */
static ssize_t ask(int fd, const uint8_t *question, size_t length, uint8_t *answer) {
  for (int tries = 0; tries < TRIES; tries++) {
    if (send(fd, question, length, 0) < 0)
      return -1;
    ssize_t got;
    while ((got = recv(fd, answer, LONGEST, 0)) >= 0)
      if (got >= HEADER && get16(answer) == ID && answer[2] & 0x80)
        return got;
  }
  return -1;
}

int main(int argc, char **argv) {
  struct sockaddr_in server = {.sin_family = AF_INET};
  if (argc != 4 || inet_pton(AF_INET, argv[1], &server.sin_addr) != 1) {
    fprintf(stderr, "usage: udp_resolver SERVER PORT NAME\n");
    return 2;
  }
  server.sin_port = htons(atoi(argv[2]));
  uint8_t message[LONGEST], answer[LONGEST];
  size_t length = question(message, argv[3]);
  if (length == 0) {
    fprintf(stderr, "%s is not a name\n", argv[3]);
    return 2;
  }
  /* Connected, so that no one else's answers come. */
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct timeval patience = {.tv_sec = 2};
  if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) ||
      connect(fd, (struct sockaddr *)&server, sizeof server)) {
    perror("udp_resolver");
    return 1;
  }
  ssize_t got = ask(fd, message, length, answer);
  if (got < 0)
    perror(argv[1]);
  close(fd);
  int code = got < 0 ? 0 : answer[3] & 0xf, found = got < 0 || code ? 0 : addresses(answer, got);
  if (code)
    fprintf(stderr, "%s: the server's answer is code %d\n", argv[3], code);
  return found > 0 ? 0 : 1;
}
