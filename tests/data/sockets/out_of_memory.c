// Takes all memory, and then gives it back bit by bit: whatever is asked for fails with an errno for lack of memory until it
// works.
#include "sockets.h"
#include <ifaddrs.h>
#include <net/if.h>

struct block {
    struct block *next;
};

static struct block *blocks[24];

// A block of less than a power of two, which includes what the allocator needs itself: some keep those apart.
static bool take(int size) {
    struct block *it = malloc((1u << size) - 8);
    if (!it) return false;
    it->next = blocks[size];
    blocks[size] = it;
    return true;
}

// Some blocks of each size that the library might ask for, and then whatever there is.
static void exhaust(void) {
    for (int size = 4; size < 20; size++)
        for (int i = 0; i < 4; i++) take(size);
    for (int size = 23; size >= 4; size--)
        while (take(size)) {}
}

// Gives the smallest back, two at a time, since what the program frees stays in pieces.
static bool give_back(void) {
    for (int size = 4; size < 24; size++) {
        if (!blocks[size]) continue;
        for (int i = 0; i < 2 && blocks[size]; i++) {
            struct block *it = blocks[size];
            blocks[size] = it->next;
            free(it);
        }
        return true;
    }
    return false;
}

static void give_back_all(void) {
    while (give_back()) {}
}

static int listening, udp, fds[3], tcp[2], local[2];
static address_t listening_at, udp_at;
static char bytes[4096];

static int memory_for_name(int code) {
    errno = code == EAI_MEMORY ? ENOMEM : EIO;
    return code ? -1 : 0;
}

static int make_tcp(void) { return fds[0] = socket(AF_INET, SOCK_STREAM, 0); }
static int make_udp(void) { return fds[0] = socket(AF_INET, SOCK_DGRAM, 0); }
static int make_pair(void) { return socketpair(AF_UNIX, SOCK_STREAM, 0, fds); }
static int make_pipe(void) { return pipe(fds); }
static int accept_one(void) { return fds[0] = accept(listening, NULL, NULL); }
static int copy_far(void) { return fds[0] = fcntl(listening, F_DUPFD, 1000); }
static int send_bytes(void) { return send(tcp[0], bytes, sizeof bytes, 0); }

static int send_parts(void) {
    struct iovec parts[] = {{bytes, 1000}, {bytes + 1000, 1000}};
    return writev(tcp[0], parts, 2);
}

static int receive_bytes(void) { return recv(tcp[1], bytes, 10, 0); }

static int receive_parts(void) {
    struct iovec parts[] = {{bytes, 3}, {bytes + 3, 3}};
    return readv(tcp[1], parts, 2);
}

static int peek_bytes(void) { return recv(tcp[1], bytes, 10, MSG_PEEK); }
static int send_datagram(void) { return sendto(udp, "abc", 3, 0, AT(udp_at)); }
static int receive_datagram(void) { return recv(udp, bytes, 10, 0); }
static int send_local(void) { return send(local[0], bytes, sizeof bytes, 0); }
static int receive_local(void) { return recv(local[1], bytes, sizeof bytes, 0); }

static int wait_for_all(void) {
    struct pollfd all[] = {{.fd = tcp[0], .events = POLLIN}, {.fd = udp, .events = POLLIN}, {.fd = listening, .events = POLLIN}};
    int count = poll(all, 3, 1);
    // A failure to read ahead is reported by POLLERR, and its errno by the next call.
    for (int i = 0; i < 3; i++)
        if (count > 0 && all[i].revents & POLLERR) return errno = int_option(all[i].fd, SOL_SOCKET, SO_ERROR), -1;
    return count;
}

static int select_all(void) {
    fd_set read;
    FD_ZERO(&read);
    FD_SET(tcp[0], &read);
    FD_SET(udp, &read);
    return select(tcp[0] + udp + 1, &read, NULL, NULL, &(struct timeval){.tv_usec = 1000});
}

static int set_option(void) { return setsockopt(listening, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int)); }

static int look_up(void) {
    struct addrinfo *found = NULL;
    int code = getaddrinfo("127.0.0.1", "80", NULL, &found);
    if (code == 0) freeaddrinfo(found);
    return memory_for_name(code);
}

static int look_up_host(void) {
    struct hostent *host = gethostbyname("127.0.0.1");
    errno = ENOMEM; // It knows no such error.
    return host ? 0 : -1;
}

static int list_interfaces(void) {
    struct if_nameindex *all = if_nameindex();
    if (all) if_freenameindex(all);
    return all ? 0 : -1;
}

static const struct {
    const char *name;
    int (*call)(void);
} calls[] = {
#define CALL(name) {#name, name}
    CALL(make_tcp), CALL(make_udp), CALL(make_pair), CALL(make_pipe), CALL(accept_one), CALL(copy_far), CALL(send_bytes),
    CALL(send_parts), CALL(peek_bytes), CALL(receive_bytes), CALL(receive_parts), CALL(send_datagram),
    CALL(receive_datagram), CALL(send_local), CALL(receive_local), CALL(wait_for_all), CALL(select_all), CALL(set_option),
    CALL(look_up), CALL(look_up_host), CALL(list_interfaces),
};

int main(void) {
    for (size_t i = 0; i < COUNT(calls); i++) {
        listening = listener(AF_INET);
        listening_at = name_of(listening);
        int client = MUST(socket(AF_INET, SOCK_STREAM, 0));
        MUST(connect(client, AT(listening_at)));
        udp = bound(AF_INET, SOCK_DGRAM);
        udp_at = name_of(udp);
        MUST(sendto(udp, "datagram", 8, 0, AT(udp_at)));
        tcp_pair(AF_INET, &tcp[0], &tcp[1]);
        MUST(send(tcp[0], "some bytes of a stream", 22, 0));
        MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, local));
        MUST(send(local[0], "local", 5, 0));
        for (int k = 0; k < 3; k++) fds[k] = -1;

        exhaust();
        int failures = 0, result;
        while ((result = calls[i].call()) == -1) {
            if (errno != ENOMEM && errno != ENOBUFS) break;
            failures++;
            if (!give_back()) break;
        }
        give_back_all();
        if (result == -1) printf("%s = -1 %s after %d failures\n", calls[i].name, errno_name(errno), failures);
        else printf("%s works in the end\n", calls[i].name);
        for (int fd = 4; fd < 40; fd++) close(fd);
        close(fds[0]);
    }
}
