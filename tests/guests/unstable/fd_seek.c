//! stdin: "unseekable"
// The probe of this name, with the order that `whence` has in snapshot 0.
#include "../probes/fd_seek.c"
