// Uses sockets that are open when it starts, as descriptors 3 to 5: a listener, a bound socket of UDP, a connection.

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LISTENER = 3, DATAGRAMS, CONNECTION };

static void say(const char *what, long result) {
    printf("%s: %ld%s%s\n", what, result, result < 0 ? ", " : "", result < 0 ? strerror(errno) : "");
    fflush(stdout);
}

static void say_bytes(const char *what, long len, const char *bytes) {
    say(what, len);
    printf("  %.*s\n", len > 0 ? (int)len : 0, bytes);
}

// Waits for an event, and says which have come.
static void wait_for(int fd, short event) {
    struct pollfd entry = {.fd = fd, .events = event};
    say("poll", poll(&entry, 1, -1));
    printf("  in %d, out %d\n", !!(entry.revents & POLLIN), !!(entry.revents & POLLOUT));
}

static void serve(void) {
    struct sockaddr_storage address;
    socklen_t len = sizeof address;
    say("accept before a peer", accept(LISTENER, (struct sockaddr *)&address, &len));
    wait_for(LISTENER, POLLIN);
    len = sizeof address;
    int peer = accept(LISTENER, (struct sockaddr *)&address, &len);
    say("accept", peer >= 0);
    say("accept another", accept(LISTENER, (struct sockaddr *)&address, &len));
    say("does not block", !!(fcntl(peer, F_GETFL) & O_NONBLOCK));

    char bytes[16];
    say_bytes("peek", recv(peer, bytes, 4, MSG_PEEK), bytes);
    say_bytes("receive all", recv(peer, bytes, 8, MSG_WAITALL), bytes);
    say_bytes("read", read(peer, bytes, 2), bytes);
    say("set O_NONBLOCK", fcntl(peer, F_SETFL, O_NONBLOCK));
    say("receive too early", recv(peer, bytes, sizeof bytes, 0));
    wait_for(peer, POLLOUT);
    say("write", write(peer, "answer\n", 7));
    say("shutdown", shutdown(peer, SHUT_WR));
    say("send after it", send(peer, "more", 4, 0));
    wait_for(peer, POLLIN);
    say_bytes("receive the rest", recv(peer, bytes, sizeof bytes, 0), bytes);
    wait_for(peer, POLLIN);
    say("receive the end", recv(peer, bytes, sizeof bytes, 0));
    say("close", close(peer));
}

int main(void) {
    for (int fd = LISTENER; fd <= CONNECTION; fd++) {
        struct stat status;
        if (fstat(fd, &status) < 0) {
            say("fstat", -1);
        } else {
            say("is a socket", S_ISSOCK(status.st_mode));
        }
    }
    for (const char **name = (const char *[]){"LISTEN_FDS", "LISTEN_FDNAMES", NULL}; *name; name++) {
        const char *value = getenv(*name);
        printf("%s=%s\n", *name, value ? value : "");
    }

    serve();
    char bytes[16];
    say_bytes("receive a part", recv(DATAGRAMS, bytes, 4, 0), bytes);
    say_bytes("read a datagram", read(DATAGRAMS, bytes, sizeof bytes), bytes);
    say("write", write(CONNECTION, "question\n", 9));
    say_bytes("read", read(CONNECTION, bytes, sizeof bytes), bytes);
    for (int fd = LISTENER; fd <= CONNECTION; fd++) {
        say("close", close(fd));
        say("close again", close(fd));
    }
    say("open has the first number", open(".", O_RDONLY | O_DIRECTORY) == LISTENER);
}
