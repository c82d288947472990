// A heap that is in use while long lists come from the host: the environment before main, and directories in between.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 60, SIZE = 50000 };

extern char **environ;
static int constructed;

__attribute__((constructor)) static void construct(void) {
    constructed++;
}

static void goodbye(void) {
    puts("goodbye");
}

static unsigned hash(unsigned seed, const char *text) {
    for (; *text; text++)
        seed = seed * 31 + (unsigned char)*text;
    return seed;
}

static void list(const char *path) {
    unsigned entries = 0, names = 0;
    DIR *dir = opendir(path);
    for (struct dirent *entry; (entry = readdir(dir)); entries++)
        names += hash(0, entry->d_name);
    closedir(dir);
    printf("%u entries, %u\n", entries, names);
}

int main(int argc, char **argv) {
    atexit(goodbye);
    unsigned variables = 0, all = 0;
    for (char **variable = environ; *variable; variable++, variables++)
        all = hash(all, *variable);
    printf("constructed %d, %d arguments, the last %s, %u variables, %u\n", constructed, argc, argv[argc - 1],
           variables, all);
    char *blocks[BLOCKS];
    for (int i = 0; i < BLOCKS; i++) {
        blocks[i] = malloc(SIZE);
        memset(blocks[i], i, SIZE);
        if (i % 20 == 0)
            list("/many");
    }
    for (int i = 0; i < BLOCKS; i++) {
        for (int j = 0; j < SIZE; j++)
            if (blocks[i][j] != (char)i)
                return 9;
        free(blocks[i]);
    }
    return 5;
}
