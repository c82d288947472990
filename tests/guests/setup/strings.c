// Reads all arguments and variables, however many and however long, and prints what they add up to.
#include "probe.h"

static void sum(const char *what, int32_t (*sizes)(void *, void *), int32_t (*get)(void *, void *)) {
    uint32_t count = 0, size = 0;
    say("%s sizes %s", what, errno_name(sizes(&count, &size)));
    char **strings = malloc(sizeof(char *) * (count + 1)), *buf = malloc(size + 16);
    memset(buf, '#', size + 16);
    say("%s %s", what, errno_name(get(strings, buf)));
    uint32_t longest = 0;
    bool contiguous = true;
    char *expected = buf;
    for (uint32_t i = 0; i < count; i++) {
        contiguous &= strings[i] == expected;
        uint32_t len = strlen(strings[i]);
        if (len > longest) longest = len;
        expected += len + 1;
    }
    say("%s: %u in %u bytes, the longest %u, hash %x, contiguous %d, beyond %s", what, count, size, longest, fnv(buf, size),
        contiguous && expected == buf + size, quoted(buf + size, 2));
    if (count) say("%s: first %.40s, last %.40s", what, strings[0], strings[count - 1]);
}

int main(void) {
    sum("args", p1_args_sizes_get, p1_args_get);
    sum("environ", p1_environ_sizes_get, p1_environ_get);
    sum("args again", p1_args_sizes_get, p1_args_get);
    return 0;
}
