// Protocols, services and interfaces by name and number, and hosts with memory of the program's own.
#include "sockets.h"
#include <ifaddrs.h>
#include <limits.h>
#include <net/if.h>

static void protocol(const char *name) {
    struct protoent *it = getprotobyname(name);
    if (it) printf("%s is %s %d, other names %d\n", name, it->p_name, it->p_proto, it->p_aliases[0] != NULL);
    else printf("%s is none\n", name);
}

static void service(const char *name, const char *of) {
    struct servent it, *found = (void *)1;
    char memory[256];
    int result = getservbyname_r(name, of, &it, memory, sizeof memory, &found);
    printf("%s/%s: %s\n", name, of ? of : "any", result == 0 ? "found" : errno_name(result));
    if (result == 0)
        printf("  %s %d %s, the caller's %d\n", it.s_name, ntohs(it.s_port), it.s_proto, found == &it);
    else
        printf("  nothing %d\n", found == NULL);
}

static void host(const char *name, int family, size_t room) {
    struct hostent it, *found = (void *)1;
    char memory[1024];
    int error = -9, result = gethostbyname2_r(name, family, &it, memory, room, &found, &error);
    printf("%s in %zu bytes: %s", name, room, errno_name(result));
    if (found) printf(", %d bytes, %s", it.h_length, it.h_addr_list[0] && !it.h_addr_list[1] ? "one address" : "others");
    else if (result == 0) printf(", h_errno %d", error);
    printf("\n");
}

int main(void) {
    const char *names[] = {"ip", "icmp", "tcp", "udp", "ipv6", "ipv6-icmp", "TCP", "no-such", ""};
    for (size_t i = 0; i < COUNT(names); i++) protocol(names[i]);
    const int numbers[] = {0, 1, 6, 17, 41, 58, 255, 200, -1, 1000};
    for (size_t i = 0; i < COUNT(numbers); i++) {
        struct protoent *it = getprotobynumber(numbers[i]);
        printf("%d is %s\n", numbers[i], it ? it->p_name : "none");
    }
    setprotoent(1);
    int count = 0;
    while (getprotoent()) count++;
    printf("several protocols %d, and no more %d\n", count > 10, getprotoent() == NULL);
    setprotoent(0);
    printf("again %s\n", getprotoent()->p_name);
    endprotoent();
    printf("again %s\n", getprotoent()->p_name);

    service("https", "tcp");
    service("domain", "udp");
    service("https", "no-such");
    service("no-such", "tcp");
    struct servent it, *found;
    char memory[1024];
    printf("by port %s", errno_name(getservbyport_r(htons(443), "tcp", &it, memory, sizeof memory, &found)));
    printf(" %s\n", it.s_name);
    printf("by port %s\n", errno_name(getservbyport_r(htons(64999), "tcp", &it, memory, sizeof memory, &found)));

    host("127.0.0.1", AF_INET, sizeof memory);
    host("::1", AF_INET6, sizeof memory);
    host("127.0.0.1", AF_INET, 8);
    struct hostent local, *result = NULL;
    int error;
    printf("by name %s", errno_name(gethostbyname_r("10.1.2.3", &local, memory, sizeof memory, &result, &error)));
    printf(" %d.%d\n", local.h_addr_list[0][0], local.h_addr_list[0][3]);
    struct in_addr loop = {htonl(INADDR_LOOPBACK)};
    printf("by address %s",
           errno_name(gethostbyaddr_r(&loop, sizeof loop, AF_INET, &local, memory, sizeof memory, &result, &error)));
    printf(" %s\n", result ? result->h_name : "none");
    T(gethostbyaddr_r(&loop, sizeof loop, AF_INET, &local, memory, 4, &result, &error) == ERANGE);

    // Lists that a machine without files for them has not.
    sethostent(0), setservent(0), setnetent(0);
    printf("networks %d %d %d\n", getnetent() != NULL, getnetbyname("loopback") != NULL, getnetbyaddr(127, AF_INET) != NULL);
    printf("hosts %d services %d\n", gethostent() != NULL, getservent() != NULL);
    endhostent(), endservent(), endnetent();

    // No interface has such a name or number, and every list has an end.
    errno = 0;
    printf("index %u %s\n", if_nametoindex("no-such"), errno_name(errno));
    char name[IF_NAMESIZE];
    errno = 0;
    printf("name %d %s\n", if_indextoname(9999, name) != NULL, errno_name(errno));
    struct if_nameindex *all = if_nameindex(), *end = all;
    while (end->if_index) end++;
    printf("the end has no name %d\n", end->if_name == NULL);
    if_freenameindex(all);
    struct ifaddrs *addresses;
    T(getifaddrs(&addresses));
    freeifaddrs(addresses);

    T(PIPE_BUF);
    char random[16];
    T(getentropy(random, sizeof random));

    // herror writes to descriptor 2, whatever that is; not everywhere with a line's end.
    int ends[2];
    MUST(pipe(ends));
    MUST(dup2(ends[1], 2));
    h_errno = 4711;
    herror("looked up");
    char text[64] = "";
    printf("herror %d", read(ends[0], text, sizeof text - 1) > 0);
    printf(" %s\n", strncmp(text, "looked up: ", 11) ? text : "with its message");
    return 0;
}
