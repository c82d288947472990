// A CGI program: it says hello, or gives the body of the request back.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char block[1 << 16];

int main(void) {
    const char *method = getenv("REQUEST_METHOD");
    fputs("Content-Type: text/plain\r\n\r\n", stdout);
    if (!method || strcmp(method, "POST") != 0) {
        fputs("hello\n", stdout);
        return 0;
    }
    for (ssize_t length; (length = read(0, block, sizeof block)) > 0;)
        fwrite(block, 1, length, stdout);
    return 0;
}
