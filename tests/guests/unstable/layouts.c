// The offset of each field: bytes of snapshot 0's types, without the structures of preview1.h.
#include "probe.h"

static uint8_t memory[256] __attribute__((aligned(16)));

static uint64_t at(uint32_t offset, uint32_t len) {
    uint64_t value = 0;
    memcpy(&value, memory + offset, len);
    return value;
}

static void set(uint32_t offset, uint32_t len, uint64_t value) { memcpy(memory + offset, &value, len); }

static void set_clock(uint32_t offset, uint64_t userdata, uint64_t identifier, uint64_t timeout, uint16_t flags) {
    set(offset, 8, userdata), set(offset + 8, 1, 0), set(offset + 16, 8, identifier), set(offset + 24, 4, MONOTONIC);
    set(offset + 32, 8, timeout), set(offset + 40, 8, 0), set(offset + 48, 2, flags);
}

static void show_stat(int32_t result, uint64_t ino) {
    say("%s, dev %d, ino %d, filetype %llu, nlink %llu, size %llu, mtim %llu", errno_name(result), at(0, 8) != 0,
        at(8, 8) == ino, at(16, 1), at(20, 4), at(24, 8), at(40, 8));
    say("  atim %d, ctim %d, behind it %llx", at(32, 8) != 0, at(48, 8) != 0, at(56, 8));
}

int main(void) {
    uint32_t fd = open_file("hello.txt", 0, READ_ONLY, 0), count = 0;
    memset(memory, 0xee, sizeof memory);
    int32_t result = p1_fd_filestat_get(fd, memory);
    uint64_t ino = at(8, 8);
    show_stat(result, ino);
    T(path_link(DIR, 0, S("hello.txt"), DIR, S("second")));
    T(path_link(DIR, 0, S("hello.txt"), DIR, S("third")));
    memset(memory, 0xee, sizeof memory);
    show_stat(p1_fd_filestat_get(fd, memory), ino);
    memset(memory, 0xee, sizeof memory);
    show_stat(p1_path_filestat_get(DIR, 0, S("second"), memory), ino);
    memset(memory, 0xee, sizeof memory);
    show_stat(p1_fd_filestat_get(1, memory), 0);
    // It needs 56 bytes of memory, and no more.
    uint32_t end = (uint32_t)__builtin_wasm_memory_size(0) << 16;
    T(fd_filestat_get(fd, (void *)(uintptr_t)(end - 56)));
    T(path_filestat_get(DIR, 0, S("second"), (void *)(uintptr_t)(end - 56)));

    uint64_t offset;
    for (uint32_t whence = 0; whence < 4; whence++) {
        MUST(fd_seek(fd, 2, 2, &offset));
        if (whence < 3) say("seek 5 from %u = %s to %llu", whence, errno_name(p1_fd_seek(fd, 5, whence, &offset)), offset);
    }

    uint64_t now = 0;
    MUST(clock_time_get(MONOTONIC, 0, &now));
    event_t events[2];
    memset(memory, 0xee, sizeof memory);
    set_clock(0, 0x1111, fd, 60000000000, 0);
    set_clock(56, 0x2222, 9999, 1000000, 0);
    T(poll_oneoff(memory, events, 2, &count));
    show_events(events, count);
    set_clock(112, 0x3333, 1, now + 2000000, 1);
    T(poll_oneoff(memory + 112, events, 1, &count));
    show_events(events, count);
    uint64_t then = 0;
    MUST(clock_time_get(MONOTONIC, 0, &then));
    say("waited %d", then >= now + 2000000);
    // A descriptor stands where a clock has its identifier.
    set(0, 8, 0x4444), set(8, 1, 1), set(16, 4, fd);
    set_clock(56, 0x5555, 9999, 50000000, 0);
    T(poll_oneoff(memory, events, 2, &count));
    show_events(events, count);
    return 0;
}
