// printf to both streams and an exit status.
#include <stdio.h>

int main(int argc, char **argv) {
    printf("hello, %s\n", argc > 0 ? argv[0] : "nobody");
    fprintf(stderr, "to stderr\n");
    return 3;
}
