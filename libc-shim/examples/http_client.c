/* Fetches a page: `http_client HOST PORT PATH` writes it to stdout. The connection is a stream of stdio. */
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A connection to the first of the host's addresses that answers, or -1. */
static int dial(const char *host, const char *port) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *addresses;
  int error = getaddrinfo(host, port, &hints, &addresses);
  if (error) {
    fprintf(stderr, "%s: %s\n", host, gai_strerror(error));
    return -1;
  }
  int fd = -1;
  for (struct addrinfo *it = addresses; it && fd < 0; it = it->ai_next) {
    fd = socket(it->ai_family, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, it->ai_addr, it->ai_addrlen)) {
      perror(host);
      if (fd >= 0)
        close(fd);
      fd = -1;
    }
  }
  freeaddrinfo(addresses);
  return fd;
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: http_client HOST PORT PATH\n");
    return 2;
  }
  int fd = dial(argv[1], argv[2]);
  FILE *server = fd < 0 ? NULL : fdopen(fd, "r+");
  if (!server)
    return 1;
  fprintf(server, "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", argv[3], argv[1]);
  fflush(server);

  char text[4096];
  int status = 0;
  if (!fgets(text, sizeof text, server) || sscanf(text, "HTTP/%*s %d", &status) != 1) {
    fprintf(stderr, "%s does not speak HTTP\n", argv[1]);
    return 1;
  }
  while (fgets(text, sizeof text, server) && strcmp(text, "\r\n"))
    ;
  for (size_t length; (length = fread(text, 1, sizeof text, server)) > 0;)
    fwrite(text, 1, length, stdout);
  fclose(server);
  if (status != 200)
    fprintf(stderr, "%s: status %d\n", argv[3], status);
  return status == 200 ? 0 : 1;
}
