//! env: ["A=1", "EMPTY=", "WITH=equals=inside", "UML=\u00e4\u00f6\u00fc", "SPACE= x "]
// environ_sizes_get, environ_get.
#include "probe.h"

int main(void) {
    uint32_t count = 0, size = 0;
    T(environ_sizes_get(&count, &size));
    say("count %u size %u", count, size);
    char *env[16] = {0};
    char buf[256];
    memset(buf, '#', sizeof buf);
    T(environ_get(env, buf));
    for (uint32_t i = 0; i < count; i++) say("%u at %d: %s", i, (int)(env[i] - buf), quoted(env[i], strlen(env[i])));
    say("after the end: %s", quoted(buf + size, 4));
    T(environ_get(env, buf + 3));
    say("moved %d", (int)(env[0] - buf));
    return 0;
}
