//! args: []
//! env: []
// No arguments and no variables at all.
#include "probe.h"

int main(void) {
    uint32_t count = 7, size = 7;
    T(args_sizes_get(&count, &size));
    say("count %u size %u", count, size);
    char *out[2] = {(char *)1, (char *)2};
    char buf[4] = "abc";
    T(args_get(out, buf));
    count = size = 7;
    T(environ_sizes_get(&count, &size));
    say("count %u size %u", count, size);
    T(environ_get(out, buf));
    say("untouched %d %s", out[0] == (char *)1 && out[1] == (char *)2, buf);
    return 0;
}
