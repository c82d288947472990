// Prints the addresses of each name of the command line.
#include "sockets.h"

static int by_text(const void *left, const void *right) { return strcmp(left, right); }

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
        int error = getaddrinfo(argv[i], "80", &hints, &found);
        printf("%s:%s%s\n", argv[i], error ? " " : "", error ? gai_strerror(error) : "");
        char lines[32][NI_MAXHOST + NI_MAXSERV] = {0};
        size_t count = 0;
        for (struct addrinfo *it = found; it && count < COUNT(lines); it = it->ai_next) {
            char host[NI_MAXHOST], port[NI_MAXSERV];
            error = getnameinfo(it->ai_addr, it->ai_addrlen, host, sizeof host, port, sizeof port,
                                NI_NUMERICHOST | NI_NUMERICSERV);
            if (error) puts(gai_strerror(error));
            else snprintf(lines[count++], sizeof *lines, "%s %s", host, port);
        }
        // The order is the resolver's affair, and so is how often it says the same.
        qsort(lines, count, sizeof *lines, by_text);
        for (size_t at = 0; at < count; at++)
            if (at == 0 || strcmp(lines[at - 1], lines[at])) printf("  %s\n", lines[at]);
        if (found) freeaddrinfo(found);
    }
}
