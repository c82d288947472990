// sched_yield: succeeds, as often as one likes.
#include "probe.h"

int main(void) {
    T(sched_yield());
    for (int i = 0; i < 1000; i++) MUST(sched_yield());
    return 0;
}
