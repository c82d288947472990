// For guests that go where a preview1 host traps: each case can be run alone, by its number as the only argument.
#pragma once
#include "probe.h"

static int32_t wanted_case = -1, this_case = 0;

static void run(void);

#define CASE(call)                                                          \
    do {                                                                    \
        if (wanted_case < 0 || wanted_case == this_case) trace(#call, p1_##call);          \
        this_case++;                                                        \
    } while (0)

int main(int argc, char **argv) {
    if (argc > 1) wanted_case = atoi(argv[1]);
    run();
    say("cases %d", this_case);
    return 0;
}
