// A program that counts once.
#include "count.h"

int main(void) {
    printf("%d\n", count());
}
