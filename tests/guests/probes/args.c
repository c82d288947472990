//! args: ["prog", "one", "two words", "", "-\u00fcml\u00e4ut", "last"]
// args_sizes_get, args_get: counts, layout of the buffer and its bytes.
#include "probe.h"

int main(void) {
    uint32_t count = 0, size = 0;
    T(args_sizes_get(&count, &size));
    say("count %u size %u", count, size);
    char *argv[16] = {0};
    char buf[256];
    memset(buf, '#', sizeof buf);
    T(args_get(argv, buf));
    for (uint32_t i = 0; i < count; i++) say("%u at %d: %s", i, (int)(argv[i] - buf), quoted(argv[i], strlen(argv[i])));
    say("pointer after the last: %d", argv[count] != NULL);
    say("after the end: %s", quoted(buf + size, 4));
    // A second call gives the same.
    char *again[16] = {0};
    char buf2[256];
    T(args_get(again, buf2));
    say("same %d", memcmp(buf, buf2, size) == 0 && again[1] - buf2 == argv[1] - buf);
    return 0;
}
