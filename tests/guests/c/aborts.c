// abort traps, on a component as on a preview1 host; what was printed before is there.
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    printf("before\n");
    fflush(stdout);
    abort();
}
