// Whatever a peer sends, looking at it takes a fixed amount of memory: peeking, counting, polling, and ending one direction.
#include "sockets.h"

static char block[1 << 16];

// Sends as much as goes, and says whether that is a lot.
static long fill(int fd) {
    long total = 0;
    for (int idle = 0; idle < 20;) {
        long sent = send(fd, block, sizeof block, MSG_DONTWAIT);
        if (sent > 0) total += sent, idle = 0;
        else idle++, nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    return total;
}

// Until nothing comes any more: after SHUT_RD there may be more behind what seems to be the end.
static long drain(int fd) {
    long total = 0;
    for (int idle = 0; idle < 20;) {
        long got = recv(fd, block, sizeof block, MSG_DONTWAIT);
        if (got > 0) total += got, idle = 0;
        else idle++, nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    return total;
}

static int waiting(int fd) {
    int count = -1;
    MUST(ioctl(fd, FIONREAD, &count));
    return count;
}

static size_t memory(void) {
#ifdef __wasi__
    return __builtin_wasm_memory_size(0) * 65536;
#else
    return 0; // It is the kernel's.
#endif
}

int main(void) {
    static char large[4 << 20];
    for (int how = 0; how < 5; how++) {
        int left, right;
        tcp_pair(AF_INET, &left, &right);
        long sent = fill(left);
        size_t before = memory();
        switch (how) {
            case 0:
                printf("FIONREAD more than 100 KB %d\n", waiting(right) > 100000);
                break;
            case 1:
                printf("a peek more than 100 KB %d\n", recv(right, large, sizeof large, MSG_PEEK) > 100000);
                break;
            case 2:
                show_poll("full", right, 0);
                break;
            case 3:
                T(shutdown(right, SHUT_RD));
                break;
            case 4:
                printf("a small peek %ld\n", (long)recv(right, large, 10, MSG_PEEK | MSG_WAITALL));
                break;
        }
        printf("at most 512 KB %d\n", memory() - before <= 512 << 10);
        // Nothing of it is lost; who has ended receiving gets it, too.
        MUST(shutdown(left, SHUT_WR));
        long got = drain(right);
        // After SHUT_RD Linux asks for no more than what was under way.
        printf("%s arrives %d\n", how == 3 ? "a lot" : "all", how == 3 ? got > 100000 : got == sent);
        close(left);
        close(right);
    }
    return 0;
}
