// Uses hiredis, the client library of Redis: redis_client PORT.
#include "sockets.h"

#include <hiredis.h>

static void print_reply(const redisReply *reply) {
    switch (reply->type) {
        case REDIS_REPLY_STRING: printf("\"%.20s\"", reply->str); break;
        case REDIS_REPLY_STATUS: printf("%s", reply->str); break;
        case REDIS_REPLY_ERROR: printf("error %s", reply->str); break;
        case REDIS_REPLY_INTEGER: printf("%lld", reply->integer); break;
        case REDIS_REPLY_NIL: printf("nil"); break;
        case REDIS_REPLY_ARRAY:
            for (size_t i = 0; i < reply->elements; i++) {
                printf(i ? ", " : "[");
                print_reply(reply->element[i]);
            }
            printf("]");
    }
}

// Prints a reply, or why there is none.
static void show(redisContext *redis, redisReply *reply) {
    printf("  ");
    if (reply) print_reply(reply);
    else printf("failed: %s (%d)", redis->errstr, redis->err);
    printf("\n");
    freeReplyObject(reply);
}

static struct timeval milliseconds(int count) { return (struct timeval){.tv_usec = count * 1000}; }

static redisContext *connected(const char *host, int port) {
    redisContext *redis = redisConnectWithTimeout(host, port, (struct timeval){.tv_sec = 10});
    printf("connect: %s\n", redis->err ? redis->errstr : "done");
    return redis;
}

static void commands(redisContext *redis) {
    static const char *const lines[] = {
        "FLUSHALL", "SET name value", "GET name", "GET nothing", "INCR count", "INCRBY count 41", "RPUSH list a b c",
        "LRANGE list 0 -1", "INCR name", "LPOP name", "MULTI", "INCR count", "GET name", "EXEC", "DBSIZE",
    };
    for (size_t i = 0; i < COUNT(lines); i++) {
        printf("%s\n", lines[i]);
        show(redis, redisCommand(redis, lines[i]));
    }
}

static void binary_values(redisContext *redis) {
    static char value[1000000];
    for (size_t i = 0; i < sizeof value; i++) value[i] = (char)(i * 31 >> 3);
    const char key[] = "\0\r\n\xff";
    show(redis, redisCommand(redis, "SET %b %b", key, sizeof key, value, sizeof value));
    redisReply *reply = redisCommand(redis, "GET %b", key, sizeof key);
    printf("binary: %d\n", reply && reply->len == sizeof value && memcmp(reply->str, value, reply->len) == 0);
    freeReplyObject(reply);
}

static void pipeline(redisContext *redis) {
    int right = 0;
    for (int i = 0; i < 2000; i++) {
        redisAppendCommand(redis, "SET key:%d %d", i, i * i);
        redisAppendCommand(redis, "GET key:%d", i);
    }
    for (int i = 0; i < 2000; i++) {
        redisReply *replies[2] = {NULL, NULL};
        for (int j = 0; j < 2; j++)
            if (redisGetReply(redis, (void **)&replies[j])) printf("failed: %s\n", redis->errstr), exit(1);
        right += strcmp(replies[0]->str, "OK") == 0 && atoi(replies[1]->str) == i * i;
        for (int j = 0; j < 2; j++) freeReplyObject(replies[j]);
    }
    printf("pipeline: %d\n", right);
}

static void subscription(redisContext *redis, redisContext *other) {
    redisReply *message = NULL;
    show(redis, redisCommand(redis, "SUBSCRIBE news"));
    show(other, redisCommand(other, "PUBLISH news today"));
    redisGetReply(redis, (void **)&message);
    show(redis, message);
    show(redis, redisCommand(redis, "UNSUBSCRIBE news"));
}

// A reply that does not come in time; the connection is of no more use then, and made anew.
static void timeouts(redisContext *redis) {
    printf("set timeout: %d\n", redisSetTimeout(redis, milliseconds(50)));
    show(redis, redisCommand(redis, "BLPOP nothing 0"));
    show(redis, redisCommand(redis, "PING"));
    printf("reconnect: %d\n", redisReconnect(redis));
    show(redis, redisCommand(redis, "PING"));
}

// Servers that refuse, or take no more connections and let the client wait.
static void servers_that_do_not_answer(void) {
    address_t nobody = refusing(AF_INET, SOCK_STREAM);
    redisFree(connected("127.0.0.1", port_of(&nobody)));
    int full = bound(AF_INET, SOCK_STREAM);
    MUST(listen(full, 1));
    address_t name = name_of(full);
    redisContext *waiting[16];
    size_t count = 0;
    do waiting[count] = redisConnectWithTimeout("127.0.0.1", port_of(&name), milliseconds(200));
    while (!waiting[count++]->err && count < COUNT(waiting));
    printf("connect: %s\n", waiting[count - 1]->errstr);
    while (count > 0) redisFree(waiting[--count]);
    MUST(close(full));
}

// The program waits itself, by poll.
static void without_blocking(int port) {
    redisContext *redis = redisConnectNonBlock("127.0.0.1", port);
    redisReply *reply = NULL;
    int done = 0;
    await(redis->fd, POLLOUT);
    redisAppendCommand(redis, "ECHO unhurried");
    while (!done && redisBufferWrite(redis, &done) == REDIS_OK) {}
    while (!reply) {
        await(redis->fd, POLLIN);
        if (redisBufferRead(redis) || redisGetReplyFromReader(redis, (void **)&reply)) break;
    }
    show(redis, reply);
    redisFree(redis);
}

static void farewell(redisContext *redis) {
    redisReply *none = NULL;
    show(redis, redisCommand(redis, "QUIT"));
    redisGetReply(redis, (void **)&none);
    show(redis, none);
}

int main(int argc, char **argv) {
    int port = argc > 1 ? atoi(argv[1]) : 6379;
    redisContext *redis = connected("127.0.0.1", port), *other = connected("localhost", port);
    printf("keep alive: %d\n", redisEnableKeepAlive(redis));
    commands(redis);
    binary_values(redis);
    pipeline(redis);
    subscription(redis, other);
    timeouts(redis);
    servers_that_do_not_answer();
    without_blocking(port);
    farewell(other);
    redisFree(redis);
    redisFree(other);
}
