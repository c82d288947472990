// Mixes numbers.
#include <stdio.h>

__attribute__((export_name("mix"))) int mix(int a, int b) {
    fprintf(stderr, "last\n");
    return a * b;
}
