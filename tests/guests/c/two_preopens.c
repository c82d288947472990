//! dirs: ["/first=sub", "/second=emptydir", "third=sub/deep"]
// Paths that a libc resolves against several preopens, absolute and relative.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void show(const char *path) {
    char line[64] = "";
    FILE *file = fopen(path, "r");
    if (file == NULL) printf("%s: %s\n", path, strerror(errno));
    else printf("%s: %s", path, fgets(line, sizeof line, file));
}

int main(void) {
    show("/first/inner.txt");
    show("/first/deep/leaf.txt");
    show("third/leaf.txt");
    show("/third/leaf.txt");
    show("/second/none");
    show("/first/../second/none");
    show("/hello.txt");
    show("inner.txt");
    printf("rename %d\n", rename("/first/inner.txt", "/second/moved.txt"));
    show("/second/moved.txt");
    printf("link %d\n", link("/second/moved.txt", "third/linked"));
    show("third/linked");
    return 0;
}
