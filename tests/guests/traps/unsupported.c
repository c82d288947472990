// Calls that a preview1 host refuses with a trap; a component answers with an errno.
#include "cases.h"

static void run(void) {
    CASE(proc_raise(0));
    CASE(proc_raise(2));
    CASE(proc_raise(6));
    CASE(proc_raise(30));
}
