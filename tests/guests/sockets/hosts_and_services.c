// The older lookups: gethostbyname, gethostbyaddr, getservbyname, getservbyport; and gethostname.
#include "sockets.h"

static void host(const char *what, const struct hostent *it) {
    printf("%s: %s\n", what, it ? it->h_name : "none");
    if (!it) return;
    printf("  %s length %d aliases %d", it->h_addrtype == AF_INET ? "AF_INET" : "another family", it->h_length,
           it->h_aliases != NULL);
    char text[64];
    for (char **address = it->h_addr_list; *address; address++)
        printf(" %s", inet_ntop(it->h_addrtype, *address, text, sizeof text));
    printf("\n");
}

static void service(const char *what, const struct servent *it) {
    if (it) printf("%s: %s %d %s aliases %d\n", what, it->s_name, ntohs(it->s_port), it->s_proto, it->s_aliases != NULL);
    else printf("%s: none\n", what);
}

int main(void) {
    host("a number", gethostbyname("192.0.2.9"));
    host("localhost", gethostbyname("localhost"));
    host("localhost of a family", gethostbyname2("localhost", AF_INET));
    h_errno = 0;
    host("a name that cannot be", gethostbyname("no such host"));
    printf("  h_errno %s\n", h_errno == HOST_NOT_FOUND ? "HOST_NOT_FOUND" : h_errno ? "another" : "0");
    printf("each in words %d\n", strlen(hstrerror(HOST_NOT_FOUND)) > 4 && strcmp(hstrerror(TRY_AGAIN), hstrerror(NO_DATA)));
    struct in_addr loop = {htonl(INADDR_LOOPBACK)};
    const struct hostent *found = gethostbyaddr(&loop, sizeof loop, AF_INET);
    printf("by address %s\n", found ? found->h_name : "none");
    printf("a length that is none %d\n", gethostbyaddr(&loop, 3, AF_INET) == NULL);

    service("http", getservbyname("http", "tcp"));
    service("https", getservbyname("https", "tcp"));
    service("domain of UDP", getservbyname("domain", "udp"));
    service("domain of TCP", getservbyname("domain", "tcp"));
    service("ssh", getservbyname("ssh", "tcp"));
    service("smtp of any", getservbyname("smtp", NULL));
    service("none", getservbyname("no-such-service", "tcp"));
    service("a protocol that is none", getservbyname("http", "carrier-pigeon"));
    service("80", getservbyport(htons(80), "tcp"));
    service("53 of UDP", getservbyport(htons(53), "udp"));
    service("443 of any", getservbyport(htons(443), NULL));
    service("49999", getservbyport(htons(49999), "tcp"));

    char name[256] = "";
    T(gethostname(name, sizeof name));
    printf("it has a name %d\n", name[0] != 0 && strlen(name) < sizeof name);
    return 0;
}
