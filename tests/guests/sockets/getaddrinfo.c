// getaddrinfo: numbers and localhost, hints, services, errors.
#include "sockets.h"

static const char *code_name(int code) {
    switch (code) {
        case 0: return "0";
        case EAI_BADFLAGS: return "EAI_BADFLAGS";
        case EAI_NONAME: return "EAI_NONAME";
        case EAI_AGAIN: return "EAI_AGAIN";
        case EAI_FAIL: return "EAI_FAIL";
        case EAI_FAMILY: return "EAI_FAMILY";
        case EAI_SOCKTYPE: // Some libcs have the one, some the other, for a type that does not go with the protocol.
        case EAI_SERVICE: return "EAI_SERVICE or EAI_SOCKTYPE";
        case EAI_MEMORY: return "EAI_MEMORY";
        case EAI_SYSTEM: return "EAI_SYSTEM";
        case EAI_OVERFLOW: return "EAI_OVERFLOW";
    }
    return "another error";
}

static int compare(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }

// Looks up, and prints each result; sorted, since hosts may have their own order.
static void look(const char *host, const char *service, int flags, int family, int type, int protocol) {
    struct addrinfo hints = {.ai_flags = flags, .ai_family = family, .ai_socktype = type, .ai_protocol = protocol};
    struct addrinfo *list = NULL;
    int code = getaddrinfo(host, service, &hints, &list);
    printf("%s %s flags %d family %s type %s protocol %d = %s\n", host ? host : "NULL", service ? service : "NULL",
           !!(flags & AI_PASSIVE) + 2 * !!(flags & AI_CANONNAME) + 4 * !!(flags & AI_NUMERICHOST) +
               8 * !!(flags & AI_NUMERICSERV),
           family == AF_INET ? "4" : family == AF_INET6 ? "6" : family == AF_UNSPEC ? "any" : "?",
           type == SOCK_STREAM ? "stream" : type == SOCK_DGRAM ? "datagram" : type ? "?" : "any", protocol,
           code_name(code));
    if (code != 0) return;
    char *lines[16];
    size_t count = 0;
    for (struct addrinfo *it = list; it && count < COUNT(lines); it = it->ai_next) {
        char text[INET6_ADDRSTRLEN];
        if (it->ai_socktype != SOCK_STREAM && it->ai_socktype != SOCK_DGRAM) continue; // Raw sockets, of some libcs.
        const address_t *address = (const address_t *)it->ai_addr;
        bool v6 = it->ai_family == AF_INET6;
        inet_ntop(it->ai_family, v6 ? (void *)&address->v6.sin6_addr : (void *)&address->v4.sin_addr, text, sizeof text);
        lines[count] = malloc(512);
        snprintf(lines[count++], 512, "  %s port %d %s protocol %d, length %d family %d %.200s", text, port_of(address),
                 it->ai_socktype == SOCK_STREAM ? "stream" : "datagram", it->ai_protocol,
                 it->ai_addrlen == length(address), it->ai_addr->sa_family == it->ai_family,
                 flags & AI_CANONNAME && it->ai_canonname ? it->ai_canonname : "");
    }
    qsort(lines, count, sizeof *lines, compare);
    for (size_t i = 0; i < count; i++) {
        puts(lines[i]);
        free(lines[i]);
    }
    freeaddrinfo(list);
}

int main(void) {
    look("127.0.0.1", "80", 0, AF_UNSPEC, SOCK_STREAM, 0);
    look("127.0.0.1", "80", 0, AF_UNSPEC, 0, 0);
    look("127.0.0.1", NULL, 0, AF_INET, SOCK_DGRAM, 0);
    look("192.0.2.33", "65535", AI_NUMERICHOST | AI_NUMERICSERV, AF_UNSPEC, SOCK_STREAM, IPPROTO_TCP);
    look("::1", "443", 0, AF_UNSPEC, SOCK_STREAM, 0);
    look("::1", "443", AI_NUMERICHOST, AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
    look("2001:db8::1:2", "1", 0, AF_INET6, 0, IPPROTO_TCP);
    look("::ffff:1.2.3.4", "1", 0, AF_UNSPEC, SOCK_STREAM, 0);
    look("127.1", "80", 0, AF_INET, SOCK_STREAM, 0);
    look("0x7f000001", "80", AI_NUMERICHOST, AF_INET, SOCK_STREAM, 0);
    look("127.0.0.1", "80", AI_CANONNAME, AF_INET, SOCK_STREAM, 0);

    // No host: this machine, or any of its addresses.
    look(NULL, "80", 0, AF_UNSPEC, SOCK_STREAM, 0);
    look(NULL, "80", AI_PASSIVE, AF_UNSPEC, SOCK_STREAM, 0);
    look(NULL, "80", AI_PASSIVE, AF_INET, SOCK_DGRAM, 0);
    look(NULL, "80", AI_PASSIVE, AF_INET6, SOCK_STREAM, 0);
    look("localhost", "80", 0, AF_INET, SOCK_STREAM, 0);
    look("localhost", "80", AI_PASSIVE | AI_CANONNAME, AF_INET, SOCK_STREAM, 0);

    // Services by name.
    look("127.0.0.1", "http", 0, AF_INET, SOCK_STREAM, 0);
    look("127.0.0.1", "domain", 0, AF_INET, SOCK_DGRAM, 0);
    look("127.0.0.1", "https", 0, AF_INET, SOCK_STREAM, IPPROTO_TCP);

    printf("-- errors\n");
    look(NULL, NULL, 0, AF_UNSPEC, SOCK_STREAM, 0);
    look("127.0.0.1", "no-such-service", 0, AF_INET, SOCK_STREAM, 0);
    look("127.0.0.1", "http", AI_NUMERICSERV, AF_INET, SOCK_STREAM, 0);
    look("127.0.0.1", "80x", AI_NUMERICSERV, AF_INET, SOCK_STREAM, 0);
    look("localhost", "80", AI_NUMERICHOST, AF_INET, SOCK_STREAM, 0);
    look("256.0.0.1", "80", AI_NUMERICHOST, AF_INET, SOCK_STREAM, 0);
    look("127.0.0.1", "80", 0, 77, SOCK_STREAM, 0);
    look("127.0.0.1", "80", 0x8000000, AF_INET, SOCK_STREAM, 0);
    look("127.0.0.1", "80", 0, AF_INET, 77, 0);
    look("127.0.0.1", "80", 0, AF_INET, SOCK_STREAM, IPPROTO_UDP);
    look("127.0.0.1", "80", AI_NUMERICHOST, AF_INET6, SOCK_STREAM, 0);

    // Without hints.
    struct addrinfo *list = NULL;
    printf("%s\n", code_name(getaddrinfo("127.0.0.1", "80", NULL, &list)));
    freeaddrinfo(list);

    // Connecting to the result works.
    int server = listener(AF_INET), fd;
    address_t name = name_of(server);
    char port[8];
    snprintf(port, sizeof port, "%d", port_of(&name));
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    if (getaddrinfo("localhost", port, &hints, &list) != 0) return 1;
    T(fd = socket(list->ai_family, list->ai_socktype, list->ai_protocol));
    T(connect(fd, list->ai_addr, list->ai_addrlen));
    freeaddrinfo(list);

    // Each error has a text of its own.
    const int codes[] = {EAI_BADFLAGS, EAI_NONAME, EAI_AGAIN, EAI_FAIL, EAI_FAMILY, EAI_SOCKTYPE, EAI_SERVICE,
                         EAI_MEMORY, EAI_SYSTEM, 4711};
    bool distinct = true;
    for (size_t i = 0; i < COUNT(codes); i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(gai_strerror(codes[i]), gai_strerror(codes[j])) == 0) distinct = false;
    printf("texts distinct %d\n", distinct);
    return 0;
}
