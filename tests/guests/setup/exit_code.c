// Exits with the status that its argument names, by proc_exit itself.
#include "probe.h"

int main(int argc, char **argv) {
    say("exiting");
    p1_proc_exit(argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0);
}
