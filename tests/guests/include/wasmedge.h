// The socket functions of POSIX that sockets.c needs, by those of WasmEdge: the finished module for the layer of sockets.
// Receiving and sending are preview1's own functions, by the C library.
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#define IMPORT(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(name)))

struct wasmedge_address {
    const void *bytes;
    size_t size;
};

IMPORT("sock_open") int wasmedge_open(int family, int type, int *fd);
IMPORT("sock_bind") int wasmedge_bind(int fd, struct wasmedge_address *address, uint32_t port);
IMPORT("sock_listen") int wasmedge_listen(int fd, int backlog);
IMPORT("sock_connect") int wasmedge_connect(int fd, struct wasmedge_address *address, uint32_t port);

static inline int wasmedge_result(int error) {
    errno = error;
    return error ? -1 : 0;
}

static inline int wasmedge_socket(void) {
    int fd, error = wasmedge_open(1, 2, &fd);
    return error ? wasmedge_result(error) : fd;
}

static inline int wasmedge_with(int (*call)(int, struct wasmedge_address *, uint32_t), int fd, const void *address) {
    const struct sockaddr_in *place = address;
    struct wasmedge_address bytes = {&place->sin_addr, sizeof place->sin_addr};
    return wasmedge_result(call(fd, &bytes, ntohs(place->sin_port)));
}

#define socket(family, type, protocol) wasmedge_socket()
#define bind(fd, address, size) wasmedge_with(wasmedge_bind, fd, address)
#define connect(fd, address, size) wasmedge_with(wasmedge_connect, fd, address)
#define listen(fd, backlog) wasmedge_result(wasmedge_listen(fd, backlog))
#define setsockopt(fd, level, name, value, size) 0
