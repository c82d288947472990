// Random calls about locks on several descriptors of several files: `locks_random [CALLS [reads]]`, the latter if the files are
// there already and cannot be changed. After each few, it prints a hash of their results.
#include "sockets.h"
#include <sys/file.h>

enum { CALLS = 1000000, TOGETHER = 1000, NUMBERS = 12, FILES = 3 };

static uint64_t state = 1;

static unsigned below(unsigned bound) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((state >> 33) % bound);
}

static uint64_t hash = 14695981039346656037u;

static void mix(uint64_t value) { hash = (hash ^ value) * 1099511628211u; }

static bool reads;

static int numbers[NUMBERS];

static int one_of_them(void) { return below(200) ? numbers[below(NUMBERS)] : NOFD; }

static const char *const names[FILES] = {"random-0", "random-1", "inner/random-2"};

static int opened(void) {
    static const int modes[] = {O_RDWR, O_RDWR, O_RDWR, O_RDONLY, O_WRONLY};
    const char *name = names[below(FILES)];
    int mode = O_CREAT | modes[below(COUNT(modes))];
    return MUST(open(name, reads ? O_RDONLY : mode, 0666));
}

static off_t offset(void) { return below(100) ? (off_t)below(30) : below(2) ? INT64_MAX - below(4) : -(off_t)below(40); }

static struct flock random_lock(void) {
    static const short whences[] = {SEEK_SET, SEEK_SET, SEEK_SET, SEEK_CUR, SEEK_END};
    struct flock lock = {.l_start = offset()};
    lock.l_type = below(100) ? below(3) : 3;
    lock.l_whence = below(100) ? whences[below(COUNT(whences))] : 7;
    lock.l_len = below(4) ? (off_t)below(12) : offset() - 20;
    if (!below(200)) lock.l_pid = 7;
    if (lock.l_type == 0) lock.l_type = F_RDLCK;
    else if (lock.l_type == 1) lock.l_type = F_WRLCK;
    else if (lock.l_type == 2) lock.l_type = F_UNLCK;
    else lock.l_type = 99;
    return lock;
}

static int result_of(int result) {
    for (const char *name = result == -1 ? errno_name(errno) : "fine"; *name; name++) mix((unsigned char)*name);
    return result;
}

static void mix_lock(struct flock lock) {
    mix(lock.l_type == F_RDLCK ? 1 : lock.l_type == F_WRLCK ? 2 : 3);
    mix(lock.l_whence == SEEK_SET ? 1 : 2);
    mix(lock.l_start);
    mix(lock.l_len);
    mix(lock.l_pid == getpid() ? 1 : lock.l_pid == -1 ? 2 : 3);
}

// Nothing else runs here, so a call that would wait is not made.
static void wait_for(int fd, bool of_process, struct flock lock) {
    struct flock asked = lock;
    if (lock.l_type == F_UNLCK || fcntl(fd, of_process ? F_GETLK : F_OFD_GETLK, &asked) || asked.l_type != F_UNLCK) return;
    result_of(fcntl(fd, of_process ? F_SETLKW : F_OFD_SETLKW, &lock));
}

static void call(void) {
    static const int sections[] = {F_TLOCK, F_TLOCK, F_ULOCK, F_TEST};
    int *number = &numbers[below(NUMBERS)];
    struct flock lock = random_lock();
    switch (below(24)) {
        case 0:
            MUST(close(*number));
            *number = opened();
            break;
        case 1: {
            int other = one_of_them();
            if (other != NOFD) MUST(dup2(other, *number));
            break;
        }
        case 2:
            MUST(close(*number));
            *number = MUST(dup(numbers[number == numbers]));
            break;
        case 3: MUST(lseek(*number, below(30), SEEK_SET)); break;
        case 4: case 5: result_of(flock(one_of_them(), LOCK_NB | (1 << below(4)))); break;
        case 6: case 7: result_of(lockf(one_of_them(), sections[below(COUNT(sections))], lock.l_len)); break;
        case 8: wait_for(one_of_them(), true, lock); break;
        case 9: wait_for(one_of_them(), false, lock); break;
        case 10: case 11: case 12:
            if (result_of(fcntl(one_of_them(), F_GETLK, &lock)) == 0) mix_lock(lock);
            break;
        case 13: case 14: case 15:
            if (result_of(fcntl(one_of_them(), F_OFD_GETLK, &lock)) == 0) mix_lock(lock);
            break;
        case 16: case 17: case 18: case 19: result_of(fcntl(one_of_them(), F_SETLK, &lock)); break;
        default: result_of(fcntl(one_of_them(), F_OFD_SETLK, &lock));
    }
}

int main(int argc, char **argv) {
    int calls = argc > 1 ? atoi(argv[1]) : CALLS;
    reads = argc > 2;
    mkdir("inner", 0777);
    for (int i = 0; i < FILES && !reads; i++) MUST(close(MUST(open(names[i], O_CREAT | O_TRUNC | O_WRONLY, 0666))));
    for (int i = 0; i < NUMBERS; i++) numbers[i] = opened();
    for (int i = 0; i < FILES && !reads; i++) MUST(write(opened(), "some bytes", below(10)) >= -1 ? 0 : -1);
    for (int i = 1; i <= calls; i++) {
        call();
        if (i % TOGETHER == 0) printf("%d: %016llx\n", i, (unsigned long long)hash);
    }
    for (int i = 0; i < FILES; i++) unlink(names[i]);
    rmdir("inner");
    return 0;
}
