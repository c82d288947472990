// inet_pton, inet_ntop, inet_aton, inet_addr, inet_ntoa, byte orders.
#include "sockets.h"

static void v4(const char *text) {
    struct in_addr to, from = {0};
    int pton = inet_pton(AF_INET, text, &to), aton = inet_aton(text, &from);
    printf("\"%s\" pton %d %08x aton %d %08x addr %08x\n", text, pton, pton == 1 ? ntohl(to.s_addr) : 0, aton,
           aton ? ntohl(from.s_addr) : 0, ntohl(inet_addr(text)));
}

static void v6(const char *text) {
    unsigned char to[16];
    char back[INET6_ADDRSTRLEN];
    int result = inet_pton(AF_INET6, text, to);
    printf("\"%s\" = %d", text, result);
    if (result == 1) {
        for (int i = 0; i < 16; i++) printf("%s%02x", i % 4 ? "" : " ", to[i]);
        printf(" %s", inet_ntop(AF_INET6, to, back, sizeof back));
    }
    printf("\n");
}

int main(void) {
    const char *const of_4[] = {"127.0.0.1", "0.0.0.0", "255.255.255.255", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4",
                                "0x7f.1", "127.1", "2130706433", "", "a.b.c.d", "1..2.3", "-1.2.3.4"};
    for (size_t i = 0; i < COUNT(of_4); i++) v4(of_4[i]);
    const char *const of_6[] = {"::", "::1", "1::", "2001:db8::8:800:200c:417a", "fe80::1", "1:2:3:4:5:6:7:8",
                                "1:2:3:4:5:6:7::", "::ffff:192.0.2.1", "1:0:0:4:0:0:0:8", "1:2:3:4:5:6:7",
                                "1::2::3", "12345::", "g::", ":1", "1:", "", "::1%lo", "1:2:3:4:5:6:7:8:9", "FF02::AbCd"};
    for (size_t i = 0; i < COUNT(of_6); i++) v6(of_6[i]);
    char text[INET6_ADDRSTRLEN];
    T(inet_pton(77, "1.2.3.4", text));
    struct in_addr address = {htonl(0xc0000207)};
    printf("%s\n", inet_ntoa(address));
    printf("%s\n", inet_ntop(AF_INET, &address, text, 10));
    T(inet_ntop(AF_INET, &address, text, 9) ? 0 : -1);
    T(inet_ntop(AF_INET6, &in6addr_loopback, text, 3) ? 0 : -1);
    T(inet_ntop(77, &address, text, sizeof text) ? 0 : -1);
    printf("%x %x %x %x\n", htons(0x1234), ntohs(0x1234), htonl(0x12345678), ntohl(0x12345678));
    printf("%d %d\n", IN6_IS_ADDR_LOOPBACK(&in6addr_loopback), IN6_IS_ADDR_UNSPECIFIED(&in6addr_any));
    return 0;
}
