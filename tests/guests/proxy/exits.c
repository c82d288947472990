// Exiting where a host has no exit: the program ends all the same, by a trap.
#include "probe.h"

__attribute__((constructor)) static void run(void) {
    say("exiting");
    p1_proc_exit(3);
}
