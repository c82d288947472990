// socket(): families, types, protocols and flags, and what the options and descriptors say of the result.
#include "sockets.h"

static void show(int fd) {
    printf("  domain %s type %s protocol %d %s cloexec %d\n",
           int_option(fd, SOL_SOCKET, SO_DOMAIN) == AF_INET6 ? "AF_INET6" : "AF_INET",
           int_option(fd, SOL_SOCKET, SO_TYPE) == SOCK_DGRAM ? "SOCK_DGRAM" : "SOCK_STREAM",
           int_option(fd, SOL_SOCKET, SO_PROTOCOL), flags_text(fd), fcntl(fd, F_GETFD) & FD_CLOEXEC);
}

// Linux has an error for that which WASI lacks. POSIX has this.
static bool is_refused(int family, int type) {
#ifdef ESOCKTNOSUPPORT
    return socket(family, type, 0) == -1 && (errno == ESOCKTNOSUPPORT || errno == EPROTONOSUPPORT);
#else
    return socket(family, type, 0) == -1 && errno == EPROTONOSUPPORT;
#endif
}

int main(void) {
    int fd;
    show(T(socket(AF_INET, SOCK_STREAM, 0)));
    show(T(socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)));
    show(T(socket(AF_INET, SOCK_DGRAM, 0)));
    show(T(socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP)));
    show(T(socket(AF_INET6, SOCK_STREAM, 0)));
    show(T(socket(AF_INET6, SOCK_DGRAM, 0)));
    show(T(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)));
    show(T(socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)));
    show(T(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)));

    T(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP));
    T(socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP));
    T(socket(AF_INET6, SOCK_STREAM, IPPROTO_UDP));
    T(socket(AF_INET, SOCK_STREAM, -1));
    T(socket(AF_UNSPEC, SOCK_STREAM, 0));
    T(socket(77, SOCK_STREAM, 0));
    T(socket(-1, SOCK_STREAM, 0));
    T(socket(AF_INET, 0xf, 0));
    T(is_refused(AF_INET, SOCK_RDM));
    T(is_refused(AF_INET6, SOCK_RDM));
    T(is_refused(AF_INET, SOCK_RAW));
    T(is_refused(AF_INET, SOCK_SEQPACKET));

    // A failed call takes no number.
    T(fd = socket(AF_INET, SOCK_STREAM, 0));
    T(close(fd));
    T(close(fd));
    return 0;
}
