// Takes locks at random, waiting for them, on a file that others change likewise: `turns FILE ID TIMES`. The file has a
// number for each place, which only one who has the place alone may change. At the end, it tells its changes of each.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { PLACES = 16 };

struct place {
    uint32_t owner, count;
};

static uint64_t state;

static unsigned below(unsigned bound) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((state >> 33) % bound);
}

static void must(bool fine, const char *what) {
    if (fine) return;
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static void set(int file, int command, int kind, int first, int count) {
    struct flock lock = {.l_type = (short)kind, .l_whence = SEEK_SET};
    lock.l_start = first * (off_t)sizeof(struct place);
    lock.l_len = count * (off_t)sizeof(struct place);
    must(!fcntl(file, command, &lock), "fcntl");
}

static void read_places(int file, struct place *places, int first, int count) {
    size_t size = (size_t)count * sizeof *places;
    must(pread(file, places, size, first * (off_t)sizeof *places) == (ssize_t)size, "pread");
    for (int i = 0; i < count; i++) {
        if (!places[i].owner) continue;
        fprintf(stderr, "place %d is %u's\n", first + i, (unsigned)places[i].owner);
        exit(1);
    }
}

static void write_places(int file, const struct place *places, int first, int count) {
    size_t size = (size_t)count * sizeof *places;
    must(pwrite(file, places, size, first * (off_t)sizeof *places) == (ssize_t)size, "pwrite");
}

// Changes places that it has alone: first they are its own, then nobody's.
static void change(int file, uint32_t id, uint32_t *changes, int first, int count) {
    struct place places[PLACES];
    read_places(file, places, first, count);
    for (int i = 0; i < count; i++) places[i].owner = id;
    write_places(file, places, first, count);
    for (int i = 0; i < count; i++) {
        places[i] = (struct place){0, places[i].count + 1};
        changes[first + i]++;
    }
    write_places(file, places, first, count);
}

int main(int argc, char **argv) {
    if (argc != 4) return 99;
    uint32_t id = (uint32_t)atoi(argv[2]), changes[PLACES] = {0}, of_whole = 0;
    state = id;
    // The lock of a process goes with any of its descriptors, so the file is opened only twice.
    int file = open(argv[1], O_RDWR), other = open(argv[1], O_RDWR);
    must(file >= 0 && other >= 0, "open");
    for (int i = atoi(argv[3]); i > 0; i--) {
        int first = (int)below(PLACES), count = 1 + (int)below((unsigned)(PLACES - first)), middle = (int)below((unsigned)count);
        bool of_process = below(2), shared = !below(3);
        int by = of_process ? file : other, waits = of_process ? F_SETLKW : F_OFD_SETLKW;
        struct place places[PLACES];
        set(by, waits, shared ? F_RDLCK : F_WRLCK, first, count);
        if (shared) read_places(file, places, first, count);
        else change(file, id, changes, first, count);
        // A part goes, what is left may become shared, and then all goes.
        if (middle) set(by, waits, F_UNLCK, first, middle);
        if (below(2)) {
            set(by, waits, F_RDLCK, first + middle, count - middle);
            read_places(file, places, first + middle, count - middle);
        }
        set(by, waits, F_UNLCK, first, count);
        // The lock of the whole file is another, for the one place behind all others.
        if (below(4)) continue;
        must(!flock(by, LOCK_EX), "flock");
        uint32_t number = 0;
        must(pread(file, &number, sizeof number, sizeof places) == sizeof number, "pread");
        number++;
        must(pwrite(file, &number, sizeof number, sizeof places) == sizeof number, "pwrite");
        must(!flock(by, LOCK_UN), "flock");
        of_whole++;
    }
    printf("%u", (unsigned)of_whole);
    for (int i = 0; i < PLACES; i++) printf(" %u", (unsigned)changes[i]);
    printf("\n");
    return 0;
}
