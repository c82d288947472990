// sock_accept, sock_recv, sock_send, sock_shutdown on what is no socket.
#include "probe.h"

int main(void) {
    char bytes[8] = "abc";
    iovec_t iov = {bytes, 3};
    uint32_t out = 77, n = 77;
    uint16_t flags = 77;
    EACH_FD(T(sock_accept(fd, 0, &out)));
    EACH_FD(T(sock_recv(fd, &iov, 1, 0, &n, &flags)));
    EACH_FD(T(sock_send(fd, &iov, 1, 0, &n)));
    EACH_FD(T(sock_shutdown(fd, 1)));
    EACH_FD(T(sock_shutdown(fd, 3)));
    say("untouched %d", out == 77 && n == 77 && flags == 77);
    uint32_t file = open_file("hello.txt", 0, READ_ONLY, 0);
    T(sock_accept(file, NONBLOCK, &out));
    T(sock_recv(file, &iov, 1, 1, &n, &flags));
    T(sock_recv(file, NULL, 0, 0, &n, &flags));
    T(sock_send(file, NULL, 0, 0, &n));
    T(sock_shutdown(file, 0));
    return 0;
}
