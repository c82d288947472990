// A GET over HTTP, by stdio on a socket: http_get PORT PATH. Prints the status line, then the body as it is.
#include "sockets.h"

int main(int argc, char **argv) {
    address_t to = loopback(AF_INET, argc > 2 ? (in_port_t)atoi(argv[1]) : 80);
    int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
    MUST(connect(fd, AT(to)));
    FILE *stream = fdopen(fd, "r+");
    fprintf(stream, "GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n", argc > 2 ? argv[2] : "/");
    if (fflush(stream)) perror("fflush");

    static char line[4096], block[10000];
    long length = -1, total = 0;
    if (fgets(line, sizeof line, stream)) fputs(line, stdout);
    while (fgets(line, sizeof line, stream) && strcmp(line, "\r\n")) sscanf(line, "Content-Length: %ld", &length);
    for (size_t count; (count = fread(block, 1, sizeof block, stream)) > 0; total += (long)count)
        fwrite(block, 1, count, stdout);
    bool whole = feof(stream) && !ferror(stream) && total == length;
    if (!whole) printf("%ld of %ld bytes\n", total, length);
    return fclose(stream) || fflush(stdout) || !whole;
}
