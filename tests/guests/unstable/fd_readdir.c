// The probe of this name: what snapshot 0 has in common with preview1.
#include "../probes/fd_readdir.c"
