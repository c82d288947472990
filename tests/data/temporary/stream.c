// A temporary file as a stream.
#include <errno.h>
#include <stdio.h>
#include <string.h>

int main(void) {
    FILE *file = tmpfile();
    if (!file) {
        printf("none: %s\n", strerror(errno));
        return 0;
    }
    char text[9] = "";
    fputs("text", file);
    rewind(file);
    fread(text, 1, sizeof text - 1, file);
    puts(text);
}
