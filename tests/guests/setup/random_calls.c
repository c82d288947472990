// Calls chosen by a generator whose seed is the first argument, as many as the second says, on a handful of descriptors
// and paths. Descriptors are named by slot, because hosts differ in the numbers that they give.
#include "probe.h"

enum { SLOTS = 8 };
static uint32_t slots[SLOTS] = {DIR, NOFD, NOFD, NOFD, NOFD, NOFD, NOFD, NOFD};
static uint32_t state;
static uint8_t bytes[70000];

static uint32_t below(uint32_t limit) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return (state >> 3) % limit;
}

#define PICK(array) ((array)[below(COUNT(array))])

static const char *const paths[] = {
    "f", "g", "d", "d/f", "d/e", "d/e/f", "l", "d/l", "../f", ".", "", "missing/x", "f/x", "d/", "f/", "l/", "./d/../f", "m",
    "hello.txt", "sub", "sub/inner.txt", "link", "dirlink/x", "loop", "d/..", "d/../d/f", "e", "d/e/..", "l/f", "..", "/", "/f",
};
static const char *const targets[] = {"f", "d", "../f", "nowhere", "l", "d/e/..", "hello.txt", "../d", "d/l", "/f", "./f"};
static const uint32_t sizes[] = {0, 1, 2, 7, 100, 4096, 4097, 65536, 69999};
static const uint64_t offsets[] = {0, 1, 5, 100, 4095, 10000, 70000, 1 << 20};

static void show_stat(const filestat_t *stat) {
    if (stat->filetype == 3) say("    directory");
    else say("    %s size %llu nlink %llu", type_name(stat->filetype), stat->size, stat->nlink);
}

static void open_some(uint32_t slot) {
    static const uint64_t rights[] = {RIGHT_READ, RIGHT_WRITE, RIGHT_READ | RIGHT_WRITE, RIGHT_READ | RIGHT_WRITE, 0};
    static const uint32_t flags[] = {0, 0, 0, APPEND, NONBLOCK, APPEND | NONBLOCK, SYNC};
    uint32_t target = below(SLOTS), oflags = below(3) ? below(2) : below(16), lookup = below(2), fdflags = PICK(flags), fd = NOFD;
    const char *path = PICK(paths);
    uint64_t right = PICK(rights);
    // wasmtime's host writes through what was opened to be read and created or cut, and no other does.
    if (!(right & RIGHT_WRITE)) oflags &= ~(uint32_t)(O_CREAT_ | O_TRUNC_);
    int32_t result = p1_path_open(slots[slot], lookup, path, (uint32_t)strlen(path), oflags, right | RIGHTS_ANYWAY, 0, fdflags, &fd);
    say("open #%u '%s' lookup %u oflags %u rights %llx fdflags %u into #%u = %s", slot, path, lookup, oflags, right, fdflags,
        target, errno_name(result));
    if (result != 0) return;
    if (target == 0) target = 1;
    if (slots[target] != NOFD) say("  close #%u = %s", target, errno_name(p1_fd_close(slots[target])));
    slots[target] = fd;
}

static void read_some(uint32_t slot, bool at_offset) {
    uint32_t size = PICK(sizes), n = 0;
    uint64_t offset = PICK(offsets);
    if (at_offset && size > 65536) size = 65536; // wasmtime's host reads no more.
    iovec_t iov = {bytes, size};
    memset(bytes, 0, size);
    int32_t result = at_offset ? p1_fd_pread(slots[slot], &iov, 1, offset, &n) : p1_fd_read(slots[slot], &iov, 1, &n);
    say("%s #%u %u at %llu = %s", at_offset ? "pread" : "read", slot, size, at_offset ? offset : 0, errno_name(result));
    if (result == 0) say("    n %u hash %x", n, fnv(bytes, n));
}

static void write_some(uint32_t slot, bool at_offset) {
    uint32_t size = PICK(sizes), done = 0, n;
    // wasmtime's host goes to the end of what appends for nothing: fd_append shows it.
    if (size == 0 && !at_offset) size = 1;
    uint64_t offset = PICK(offsets);
    for (uint32_t i = 0; i < size; i++) bytes[i] = (uint8_t)(state + i);
    int32_t result;
    // Two buffers and an empty one; again for what is left, because wasmtime's host takes one at a time.
    do {
        uint32_t left = size - done;
        iovec_t iovs[] = {{bytes + done, left / 3}, {bytes, 0}, {bytes + done + left / 3, left - left / 3}};
        n = 0;
        result = at_offset ? p1_fd_pwrite(slots[slot], iovs, 3, offset + done, &n) : p1_fd_write(slots[slot], iovs, 3, &n);
        done += n;
    } while (result == 0 && n > 0 && done < size);
    say("%s #%u %u at %llu = %s", at_offset ? "pwrite" : "write", slot, size, at_offset ? offset : 0, errno_name(result));
    if (result == 0) say("    n %u", done);
}

static void list(uint32_t slot) {
    uint32_t used = 0, at = 0, names = 0;
    unsigned hash = 0;
    int32_t result = p1_fd_readdir(slots[slot], bytes, sizeof bytes, 0, &used);
    say("readdir #%u = %s", slot, errno_name(result));
    while (result == 0 && at < used) {
        dirent_t dirent;
        memcpy(&dirent, bytes + at, sizeof dirent);
        hash += fnv(bytes + at + sizeof dirent, dirent.namlen) * (dirent.type + 1);
        names++;
        at += sizeof dirent + dirent.namlen;
    }
    say("    %u names %x", names, hash);
}

static void on_path(uint32_t slot) {
    const char *path = PICK(paths), *other = PICK(paths), *target = PICK(targets);
    uint32_t len = (uint32_t)strlen(path), other_len = (uint32_t)strlen(other), to = below(4) ? slot : below(SLOTS), used = 0;
    uint32_t fd = slots[slot], lookup = below(2);
    filestat_t stat;
    int32_t result;
    switch (below(10)) {
    case 0: say("mkdir #%u '%s' = %s", slot, path, errno_name(p1_path_create_directory(fd, path, len))); break;
    case 1: say("rmdir #%u '%s' = %s", slot, path, errno_name(p1_path_remove_directory(fd, path, len))); break;
    case 2: say("unlink #%u '%s' = %s", slot, path, errno_name(p1_path_unlink_file(fd, path, len))); break;
    case 3: case 4:
        result = p1_path_rename(fd, path, len, slots[to], other, other_len);
        say("rename #%u '%s' #%u '%s' = %s", slot, path, to, other, errno_name(result));
        break;
    case 5:
        result = p1_path_link(fd, 0, path, len, slots[to], other, other_len);
        say("link #%u '%s' #%u '%s' = %s", slot, path, to, other, errno_name(result));
        break;
    case 6:
        result = p1_path_symlink(target, (uint32_t)strlen(target), fd, path, len);
        say("symlink '%s' #%u '%s' = %s", target, slot, path, errno_name(result));
        break;
    case 7:
        result = p1_path_readlink(fd, path, len, bytes, PICK(sizes), &used);
        say("readlink #%u '%s' = %s %s", slot, path, errno_name(result), quoted(bytes, result == 0 ? used : 0));
        break;
    case 8:
        result = p1_path_filestat_get(fd, lookup, path, len, &stat);
        say("stat #%u '%s' lookup %u = %s", slot, path, lookup, errno_name(result));
        if (result == 0) show_stat(&stat);
        break;
    case 9:
        result = p1_path_filestat_set_times(fd, lookup, path, len, 1000000000ull * below(1000), 1000000000ull * below(1000), ATIM | MTIM);
        say("set_times #%u '%s' lookup %u = %s", slot, path, lookup, errno_name(result));
        break;
    }
}

static void on_descriptor(uint32_t slot) {
    static const uint32_t flags[] = {0, APPEND, NONBLOCK, APPEND | NONBLOCK};
    uint32_t fd = slots[slot], flag = PICK(flags), to = below(SLOTS), whence = below(3);
    int64_t distance = (int64_t)PICK(offsets) - (int64_t)PICK(offsets);
    uint64_t size = PICK(offsets), at = 0, stamp = 1000000000ull * below(1000);
    filestat_t stat;
    fdstat_t fdstat;
    int32_t result;
    switch (below(11)) {
    case 0: case 1:
        result = p1_fd_seek(fd, distance, whence, &at);
        say("seek #%u %lld whence %u = %s", slot, distance, whence, errno_name(result));
        say("    at %llu", at);
        break;
    case 2:
        result = p1_fd_tell(fd, &at);
        say("tell #%u = %s", slot, errno_name(result));
        say("    at %llu", at);
        break;
    case 3: say("set_size #%u %llu = %s", slot, size, errno_name(p1_fd_filestat_set_size(fd, size))); break;
    case 4:
        result = p1_fd_filestat_get(fd, &stat);
        say("stat #%u = %s", slot, errno_name(result));
        if (result == 0) show_stat(&stat);
        break;
    case 5:
        result = p1_fd_fdstat_get(fd, &fdstat);
        say("fdstat #%u = %s", slot, errno_name(result));
        if (result != 0) break;
        say("    %s flags %u", type_name(fdstat.filetype), fdstat.flags);
        say("rights = %llx", fdstat.rights_base);
        break;
    case 6: say("set_flags #%u %u = %s", slot, flag, errno_name(p1_fd_fdstat_set_flags(fd, flag))); break;
    case 7:
        if (slot == 0 || to == 0 || slot == to) break;
        result = p1_fd_renumber(fd, slots[to]);
        say("renumber #%u #%u = %s", slot, to, errno_name(result));
        if (result == 0) slots[slot] = NOFD;
        break;
    case 8:
        if (slot == 0) break;
        say("close #%u = %s", slot, errno_name(p1_fd_close(fd)));
        slots[slot] = NOFD;
        break;
    case 9:
        if (slot == 0) break; // wasmtime's host refuses this for what is preopened.
        result = p1_fd_filestat_set_times(fd, stamp, stamp, ATIM | MTIM);
        say("set_times #%u = %s", slot, errno_name(result));
        if (result == 0 && p1_fd_filestat_get(fd, &stat) == 0) say("    mtim %llu", stat.mtim);
        break;
    case 10:
        say("sync #%u = %s", slot, errno_name(p1_fd_sync(fd)));
        say("datasync #%u = %s", slot, errno_name(p1_fd_datasync(fd)));
        say("advise #%u = %s", slot, errno_name(p1_fd_advise(fd, size, 10, below(6))));
        break;
    }
}

int main(int argc, char **argv) {
    state = argc > 1 ? (uint32_t)atoi(argv[1]) * 2654435761u | 1 : 1;
    uint32_t count = argc > 2 ? (uint32_t)atoi(argv[2]) : 100;
    for (uint32_t call = 0; call < count; call++) {
        uint32_t slot = below(SLOTS);
        switch (below(9)) {
        case 0: case 1: open_some(below(3) ? 0 : slot); break;
        case 2: read_some(slot, below(2)); break;
        case 3: write_some(slot, below(2)); break;
        case 4: if (below(4) == 0) list(slot); break;
        case 5: case 6: on_path(below(3) ? 0 : slot); break;
        default: on_descriptor(slot); break;
        }
    }
    return 0;
}
