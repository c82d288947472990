// Echo over TCP, as a POSIX program: `sockets PORT LEN COUNT AHEAD` sends COUNT messages of LEN bytes, AHEAD of them
// before the first answer is read, and `sockets PORT` serves one connection. direct.c is the same without a C library.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static char block[1 << 16];

static void must(long result, const char *what) {
    if (result < 0) {
        perror(what);
        exit(1);
    }
}

static void send_all(int fd, size_t len) {
    for (size_t done = 0; done < len;) {
        ssize_t sent = send(fd, block + done, len - done, 0);
        must(sent, "send");
        done += sent;
    }
}

static void receive_all(int fd, size_t len) {
    for (size_t done = 0; done < len;) {
        ssize_t got = recv(fd, block + done, len - done, 0);
        must(got, "recv");
        if (got == 0) {
            fprintf(stderr, "the connection has ended early\n");
            exit(1);
        }
        done += got;
    }
}

static void ask(int fd, size_t len, int count, int ahead) {
    for (int i = 0; i < count + ahead; i++) {
        if (i < count)
            send_all(fd, len);
        if (i >= ahead)
            receive_all(fd, len);
    }
}

static int serve(int fd, const struct sockaddr_in *address) {
    must(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)), "setsockopt");
    must(bind(fd, (const struct sockaddr *)address, sizeof *address), "bind");
    must(listen(fd, 1), "listen");
    int connection = accept(fd, NULL, NULL);
    must(connection, "accept");
    for (;;) {
        ssize_t got = recv(connection, block, sizeof block, 0);
        must(got, "recv");
        if (got == 0)
            return close(connection);
        send_all(connection, got);
    }
}

int main(int argc, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    address.sin_port = htons(atoi(argv[1]));
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    must(fd, "socket");
    if (argc == 2)
        return serve(fd, &address);
    must(connect(fd, (const struct sockaddr *)&address, sizeof address), "connect");
    ask(fd, atoi(argv[2]), atoi(argv[3]), atoi(argv[4]));
    return close(fd);
}
