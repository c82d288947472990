// pipe and pipe2: ends, flags, capacity, the end of the stream, errors.
#include "sockets.h"

static char bytes[64];

int main(void) {
    int ends[2];
    T(pipe(ends));
    printf("  %d %d, %s %s\n", ends[0], ends[1], ends[0] == 4 ? flags_text(ends[0]) : "", flags_text(ends[1]));
    T(write(ends[1], "through the pipe", 16));
    T(ioctl(ends[0], FIONREAD, bytes));
    printf("  %d\n", *(int *)bytes);
    T(read(ends[0], bytes, 7));
    T(read(ends[0], bytes, sizeof bytes));
    printf("  \"%.9s\"\n", bytes);
    show_poll("its end to read", ends[0], 0);
    show_poll("its end to write", ends[1], 0);
    T(read(ends[1], bytes, 1));
    T(write(ends[0], "x", 1));
    T(send(ends[1], "x", 1, 0));
    T(recv(ends[0], bytes, 1, 0));
    T(lseek(ends[0], 0, SEEK_CUR));
    struct stat stat;
    T(fstat(ends[1], &stat));
    T(S_ISFIFO(stat.st_mode));
    struct iovec parts[] = {{"a", 1}, {"bc", 2}, {"def", 3}};
    T(writev(ends[1], parts, 3));
    T(write(ends[1], "", 0));
    show_poll("with data", ends[0], 0);
    T(close(ends[1]));
    show_poll("with data, the writer is gone", ends[0], 0);
    T(read(ends[0], bytes, sizeof bytes));
    T(read(ends[0], bytes, sizeof bytes));
    show_poll("empty, the writer is gone", ends[0], 0);
    T(close(ends[0]));

    // A reader that is gone.
    T(pipe(ends));
    T(close(ends[0]));
    show_poll("no reader", ends[1], 0);
    T(write(ends[1], "x", 1));
    T(close(ends[1]));

    T(pipe2(ends, O_NONBLOCK | O_CLOEXEC));
    printf("  %s %d\n", flags_text(ends[0]), fcntl(ends[0], F_GETFD) == FD_CLOEXEC);
    T(read(ends[0], bytes, 1));
    static char block[4096];
    long sent, total = 0;
    while ((sent = write(ends[1], block, sizeof block)) > 0) total += sent;
    printf("full = %ld %s, capacity %ld\n", sent, errno_name(errno), total);
    show_poll("full", ends[1], 0);
    T(read(ends[0], block, sizeof block));
    show_poll("with room again", ends[1], 0);
    T(pipe2(ends, 0x1));

    // A copy of the writing end keeps it open.
    T(pipe(ends));
    int copy = T(dup(ends[1]));
    T(close(ends[1]));
    T(write(copy, "kept", 4));
    T(read(ends[0], bytes, sizeof bytes));
    T(close(copy));
    T(read(ends[0], bytes, sizeof bytes));

    // stdio through it.
    T(pipe(ends));
    FILE *out = fdopen(ends[1], "w"), *in = fdopen(ends[0], "r");
    T(fprintf(out, "%d lines\n", 1));
    T(fclose(out));
    T(fgets(bytes, sizeof bytes, in) != NULL);
    printf("  %s", bytes);
    T(fgetc(in) == EOF);
    T(feof(in) != 0);
    return 0;
}
