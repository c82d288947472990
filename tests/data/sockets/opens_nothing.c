// Calls none of the library's functions.
#include <errno.h>
#include <fcntl.h>

int main(void) { return !(open("", O_RDONLY) == -1 && errno == ENOENT); }
