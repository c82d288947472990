// What little a program does that is started for little.
#include <stdio.h>

int main(void) {
    puts("hello");
    return 0;
}
