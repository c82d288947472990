// getnameinfo: numbers, services, flags, buffers too small, errors.
#include "sockets.h"

static void show(const char *what, const address_t *address, socklen_t len, socklen_t host_room, socklen_t service_room,
                 int flags) {
    char host[NI_MAXHOST] = "untouched", service[NI_MAXSERV] = "untouched";
    int code = getnameinfo(&address->any, len, host_room ? host : NULL, host_room, service_room ? service : NULL,
                           service_room, flags);
    printf("%s = %s\n", what,
           code == 0               ? "0"
           : code == EAI_OVERFLOW  ? "EAI_OVERFLOW"
           : code == EAI_FAMILY    ? "EAI_FAMILY"
           : code == EAI_NONAME    ? "EAI_NONAME"
           : code == EAI_BADFLAGS  ? "EAI_BADFLAGS"
                                   : "another error");
    if (code == 0) printf("  host \"%s\" service \"%s\"\n", host, service);
}

int main(void) {
    address_t v4 = address_of("192.0.2.7", 80), v6 = address_of("2001:db8::7", 443), local = loopback(AF_INET, 53);
    const int numeric = NI_NUMERICHOST | NI_NUMERICSERV;
    show("v4", &v4, sizeof v4.v4, NI_MAXHOST, NI_MAXSERV, numeric);
    show("v6", &v6, sizeof v6.v6, NI_MAXHOST, NI_MAXSERV, numeric);
    show("only the host", &v4, sizeof v4.v4, NI_MAXHOST, 0, numeric);
    show("only the service", &v4, sizeof v4.v4, 0, NI_MAXSERV, numeric);
    show("services by name", &v4, sizeof v4.v4, NI_MAXHOST, NI_MAXSERV, NI_NUMERICHOST);
    show("of UDP", &local, sizeof local.v4, NI_MAXHOST, NI_MAXSERV, NI_NUMERICHOST | NI_DGRAM);
    v4.v4.sin_port = htons(49999);
    show("a port without a name", &v4, sizeof v4.v4, NI_MAXHOST, NI_MAXSERV, NI_NUMERICHOST);
    show("just enough room", &v4, sizeof v4.v4, 10, 6, numeric);
    show("too little for the host", &v4, sizeof v4.v4, 9, NI_MAXSERV, numeric);
    show("too little for the service", &v4, sizeof v4.v4, NI_MAXHOST, 5, numeric);
    show("localhost", &local, sizeof local.v4, NI_MAXHOST, 0, 0);
    show("longer than need be", &v6, sizeof v6, NI_MAXHOST, NI_MAXSERV, numeric);
    show("a short v4", &v4, 8, NI_MAXHOST, NI_MAXSERV, numeric);
    show("a short v6", &v6, sizeof v6.v4, NI_MAXHOST, NI_MAXSERV, numeric);
    v4.any.sa_family = 77;
    show("a family that is none", &v4, sizeof v4, NI_MAXHOST, NI_MAXSERV, numeric);
    return 0;
}
