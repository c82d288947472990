// stdio on sockets: fdopen, fprintf, fgets, fflush, end of file, errors.
#include "sockets.h"

int main(void) {
    int client, server;
    char line[64];
    tcp_pair(AF_INET, &client, &server);
    FILE *to_server = fdopen(client, "w"), *from_client = fdopen(server, "r");
    printf("fdopen %d %d\n", to_server != NULL, from_client != NULL);
    T(fileno(to_server) == client);
    T(fprintf(to_server, "GET /%s HTTP/1.0\r\n", "path"));
    T(fprintf(to_server, "Number: %d\r\n\r\n", 42));
    T(fflush(to_server));
    for (int i = 0; i < 3 && fgets(line, sizeof line, from_client); i++)
        printf("%zu %.*s\n", strlen(line), (int)strcspn(line, "\r\n"), line);

    // More than a buffer, both ways of reading.
    static char block[20000], back[20000];
    for (size_t i = 0; i < sizeof block; i++) block[i] = (char)(i * 7);
    T(fwrite(block, 1, sizeof block, to_server));
    T(fflush(to_server));
    T(fread(back, 1, sizeof back, from_client));
    printf("the same %d\n", memcmp(block, back, sizeof block) == 0);
    T(fputs("the last line, without an end", to_server) >= 0);
    T(fclose(to_server));
    T(fcntl(client, F_GETFD));
    T(fgets(line, sizeof line, from_client) != NULL);
    printf("%s\n", line);
    T(fgets(line, sizeof line, from_client) != NULL);
    T(feof(from_client) != 0);
    T(ferror(from_client) != 0);
    T(fseek(from_client, 0, SEEK_SET));
    T(fclose(from_client));

    // Two streams on one socket, as servers do it.
    tcp_pair(AF_INET, &client, &server);
    FILE *in = fdopen(server, "r"), *out = fdopen(MUST(dup(server)), "w");
    setvbuf(out, NULL, _IONBF, 0);
    MUST(send(client, "ping\n", 5, 0));
    T(fgets(line, sizeof line, in) != NULL);
    T(fprintf(out, "pong to %s", line));
    T(recv(client, line, sizeof line, 0));

    // Nothing there, and no waiting for it: an error, which passes.
    T(fcntl(server, F_SETFL, O_NONBLOCK));
    T(fgetc(in));
    T(ferror(in) != 0);
    T(feof(in) != 0);
    clearerr(in);
    MUST(send(client, "!", 1, 0));
    await(server, POLLIN);
    T(fgetc(in));

    // Writing to who has gone.
    T(shutdown(server, SHUT_WR));
    T(fputc('x', out));
    T(ferror(out) != 0);
    T(fclose(out));
    T(fclose(in));
    return 0;
}
