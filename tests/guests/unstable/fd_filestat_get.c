// The probe of this name, with the attributes of snapshot 0.
#include "../probes/fd_filestat_get.c"
