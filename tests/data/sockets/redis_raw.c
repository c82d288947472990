// Redis' protocol over a socket, many requests under way at a time: redis_raw PORT. The server's answers are known
// beforehand, byte by byte.
#include "sockets.h"

enum { KEYS = 300, ROOM = 8 << 20 };

typedef struct {
    char *bytes;
    size_t len;
} text_t;

static void put(text_t *text, const void *bytes, size_t len) {
    if (text->len + len > ROOM) abort();
    memcpy(text->bytes + text->len, bytes, len);
    text->len += len;
}

static void put_text(text_t *text, const char *bytes) { put(text, bytes, strlen(bytes)); }

// A number behind a mark: how many arguments there are, or how long one is.
static void put_number(text_t *text, char mark, size_t number) {
    char line[32];
    put(text, line, (size_t)snprintf(line, sizeof line, "%c%zu\r\n", mark, number));
}

static void put_string(text_t *text, const void *bytes, size_t len) {
    put_number(text, '$', len);
    put(text, bytes, len);
    put_text(text, "\r\n");
}

// Keys and values hold every byte: line ends, zeros, and what is no UTF-8.
static size_t key(int number, char *bytes) {
    memcpy(bytes, "\r\n\0\xff", 4);
    return 4 + (size_t)snprintf(bytes + 4, 12, "%d", number);
}

static size_t value(int number, char *bytes) {
    size_t len = (size_t)number * 61;
    for (size_t i = 0; i < len; i++) bytes[i] = (char)(i * 7 + (size_t)number);
    return len;
}

// Sends all and receives all that is expected, whichever can be done.
static bool converse(int fd, const char *what, text_t *request, text_t *expected) {
    static char answer[ROOM];
    size_t sent = 0, got = 0;
    while (sent < request->len || got < expected->len) {
        struct pollfd it = {.fd = fd, .events = sent < request->len ? POLLIN | POLLOUT : POLLIN};
        if (poll(&it, 1, 20000) != 1) break;
        if (it.revents & POLLOUT && sent < request->len) {
            long count = send(fd, request->bytes + sent, request->len - sent, MSG_NOSIGNAL);
            if (count == -1 && errno != EAGAIN) break;
            if (count > 0) sent += (size_t)count;
        }
        if (it.revents & POLLIN) {
            long count = recv(fd, answer + got, sizeof answer - got, 0);
            if (count == 0 || (count == -1 && errno != EAGAIN)) break;
            if (count > 0) got += (size_t)count;
        }
    }
    bool right = got == expected->len && memcmp(answer, expected->bytes, got) == 0;
    printf("%s: %zu bytes sent, %zu received, %s\n", what, sent, got, right ? "right" : "wrong");
    request->len = expected->len = 0;
    return right;
}

int main(int argc, char **argv) {
    address_t to = loopback(AF_INET, argc > 1 ? (in_port_t)atoi(argv[1]) : 6379);
    int fd = MUST(socket(AF_INET, SOCK_STREAM, 0));
    MUST(connect(fd, AT(to)));
    MUST(fcntl(fd, F_SETFL, O_NONBLOCK));
    static char name[64], bytes[KEYS * 61];
    text_t request = {malloc(ROOM), 0}, expected = {malloc(ROOM), 0};

    put_text(&request, "FLUSHALL\r\nPING\r\nECHO \"\\x00\\r\\n\"\r\nNONSENSE\r\n");
    put_text(&expected, "+OK\r\n+PONG\r\n$3\r\n");
    put(&expected, "\0\r\n\r\n", 5);
    put_text(&expected, "-ERR unknown command `NONSENSE`, with args beginning with: \r\n");
    bool right = converse(fd, "lines", &request, &expected);
    for (int i = 0; i < KEYS; i++) {
        put_text(&request, "*3\r\n$3\r\nSET\r\n");
        put_string(&request, name, key(i, name));
        put_string(&request, bytes, value(i, bytes));
        put_text(&expected, "+OK\r\n");
    }
    right &= converse(fd, "SET", &request, &expected);
    for (int i = KEYS; i >= 0; i--) {
        put_text(&request, "*2\r\n$3\r\nGET\r\n");
        put_string(&request, name, key(i, name));
        if (i == KEYS) put_text(&expected, "$-1\r\n");
        else put_string(&expected, bytes, value(i, bytes));
    }
    right &= converse(fd, "GET", &request, &expected);
    put_number(&request, '*', KEYS + 1);
    put_string(&request, "DEL", 3);
    for (int i = 0; i < KEYS; i++) put_string(&request, name, key(i, name));
    put_number(&expected, ':', KEYS);
    right &= converse(fd, "DEL", &request, &expected);
    return right ? 0 : 1;
}
