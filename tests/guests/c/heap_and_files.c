// A heap that grows while files are open and directories are read: what the program holds stays as it was.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BLOCKS = 400 };

int main(void) {
    static unsigned char *blocks[BLOCKS];
    FILE *files[20];
    for (int i = 0; i < 20; i++) files[i] = fopen("/data.bin", "r");
    unsigned total = 0;
    for (int i = 0; i < BLOCKS; i++) {
        size_t size = 1000 + (size_t)i * 613 % 60000;
        blocks[i] = malloc(size);
        memset(blocks[i], i, size);
        unsigned char byte = 0;
        fseek(files[i % 20], i * 17, SEEK_SET);
        fread(&byte, 1, 1, files[i % 20]);
        total += byte;
        if (i % 50 == 0) {
            DIR *dir = opendir("/sub");
            while (readdir(dir)) total++;
            closedir(dir);
            struct timespec now;
            clock_gettime(CLOCK_MONOTONIC, &now);
        }
        if (i % 7 == 3) { free(blocks[i - 1]); blocks[i - 1] = NULL; }
    }
    int wrong = 0;
    for (int i = 0; i < BLOCKS; i++) {
        size_t size = 1000 + (size_t)i * 613 % 60000;
        for (size_t at = 0; blocks[i] && at < size; at++) wrong += blocks[i][at] != (unsigned char)i;
    }
    printf("total %u wrong %d\n", total, wrong);
    return wrong != 0;
}
