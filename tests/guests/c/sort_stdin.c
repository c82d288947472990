//! stdin: "pear\napple\nfig\n\nquince\nbanana"
//! args: ["sort", "-r"]
//! env: ["LABEL=sorted"]
// A small filter: arguments, environment, lines from stdin, an exit status.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }

int main(int argc, char **argv) {
    char *lines[100], line[256];
    int count = 0;
    while (fgets(line, sizeof line, stdin)) lines[count++] = strdup(line);
    qsort(lines, count, sizeof *lines, compare);
    printf("%s, %s\n", getenv("LABEL"), argc > 1 ? argv[1] : "");
    printf("unset %d\n", getenv("NOT_THERE") == NULL);
    for (int i = 0; i < count; i++) fputs(lines[i], stdout);
    putchar('\n');
    return count;
}
