//! args: ["prog", "one", "two words"]
//! env: ["A=1", "NAME=value of some length", "EMPTY="]
// Calls between those for sizes and those for strings change neither.
#include "probe.h"

static char buf[8192];

static void link_(void) {
    uint32_t used;
    T(path_readlink(DIR, S("longlink"), buf, sizeof buf, &used));
}

static void list(void) {
    uint32_t fd = open_dir("sub"), used;
    T(fd_readdir(fd, buf, sizeof buf, 0, &used));
    MUST(fd_close(fd));
}

static void gather(void) {
    static char parts[4][100];
    memset(parts, 'x', sizeof parts);
    iovec_t iovs[4];
    for (int i = 0; i < 4; i++) iovs[i] = (iovec_t){parts[i], sizeof parts[i]};
    uint32_t fd = open_file("gathered", O_CREAT_, WRITE_ONLY, 0), written;
    T(fd_write(fd, iovs, 4, &written));
    MUST(fd_close(fd));
}

static void wait(void) {
    subscription_t clock = {.userdata = 1, .tag = 0, .clock = {.id = MONOTONIC, .timeout = 1}};
    event_t event;
    uint32_t count;
    T(poll_oneoff(&clock, &event, 1, &count));
}

static void grow(void) { say("grown %d", __builtin_wasm_memory_grow(0, 3) != (size_t)-1); }

static void nothing(void) {}

static void show(const char *what, int32_t (*get)(void *, void *), uint32_t count) {
    char *strings[8];
    int32_t code = get(strings, buf);
    say("%s: %s", what, errno_name(code));
    for (uint32_t i = 0; i < count; i++) say("  at %d: %s", (int)(strings[i] - buf), strings[i]);
}

int main(void) {
    void (*between[])(void) = {nothing, link_, list, gather, wait, grow};
    uint32_t args, variables, size;
    for (uint32_t i = 0; i < COUNT(between); i++) {
        say("round %u", i);
        MUST(environ_sizes_get(&variables, &size));
        MUST(args_sizes_get(&args, &size));
        between[i]();
        show("args", p1_args_get, args);
        show("environ", p1_environ_get, variables);
        MUST(args_sizes_get(&args, &size));
        MUST(environ_sizes_get(&variables, &size));
        between[i]();
        show("args", p1_args_get, args);
        between[i]();
        show("environ", p1_environ_get, variables);
        show("args", p1_args_get, args);
    }
    return 0;
}
