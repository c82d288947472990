// Reserved numbers: which they are, and which other calls may use them. Releasing one never closes another descriptor.
#include "probe.h"

int main(void) {
    uint32_t a, b, c, file;
    T(adapter_open_badfd(&a));
    file = open_file("hello.txt", 0, READ_ONLY, 0);
    T(adapter_open_badfd(&b));
    T(adapter_open_badfd(&c));
    say("numbers %u %u %u, a file between them %u", a, b, c, file);
    // Numbers that are not reserved are neither released nor closed.
    T(adapter_close_badfd(0));
    T(adapter_close_badfd(1));
    T(adapter_close_badfd(2));
    T(adapter_close_badfd(DIR));
    T(adapter_close_badfd(file));
    T(adapter_close_badfd(c + 1));
    T(adapter_close_badfd(0xffffffff));
    say("stdout is still there");
    fdstat_t stat;
    T(fd_fdstat_get(file, &stat));
    T(fd_fdstat_get(DIR, &stat));
    // Lowest free first, for files and for reserved numbers.
    T(adapter_close_badfd(b));
    say("a file takes the number given back: %u", open_file("hello.txt", 0, READ_ONLY, 0));
    T(adapter_close_badfd(b));
    T(fd_close(file));
    T(adapter_open_badfd(&file));
    say("a closed file's number is reserved: %u", file);
    T(fd_close(0));
    T(adapter_open_badfd(&b));
    say("stdin's number is reserved: %u", b);
    T(adapter_close_badfd(b));
    return 0;
}
