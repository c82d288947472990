// A megabyte to stdout, in pieces large and small, and some to stderr in between.
#include <stdio.h>
#include <string.h>

int main(void) {
    static char piece[65537];
    for (int i = 0; i < 16; i++) {
        memset(piece, 'a' + i, sizeof piece - 1);
        piece[sizeof piece - 2] = '\n';
        fwrite(piece, 1, sizeof piece - 1, stdout);
        fflush(stdout);
        fprintf(stderr, "piece %d\n", i);
    }
    setvbuf(stdout, NULL, _IONBF, 0);
    for (int i = 0; i < 500; i++) printf("%d unbuffered\n", i);
    return 0;
}
