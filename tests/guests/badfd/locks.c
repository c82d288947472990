// Locks that others see, in a component that has none: nobody is asked.
#include "probe.h"

int main(void) {
    uint32_t file = open_file("hello.txt", 0, READ_ONLY, 0), holder = 7;
    uint8_t lock[32];
    T(adapter_lock_open(file, &holder));
    T(adapter_lock_open(3, &holder));
    T(adapter_lock_open(0, &holder));
    T(adapter_lock_open(99, &holder));
    T(adapter_lock_open(file, (void *)0xfffffffeu));
    say("holder: %u", holder);
    T(adapter_lock_range(holder, 0, 0, 0, 9));
    T(adapter_lock_range(holder, 3, 0, 0, 9));
    T(adapter_lock_find(holder, 0, 0, 9, lock));
    T(adapter_lock_find(holder, 0, 0, 9, (void *)0xfffffffeu));
    T(adapter_lock_file(holder, 1, 0));
    T(adapter_lock_close(holder));
    return 0;
}
