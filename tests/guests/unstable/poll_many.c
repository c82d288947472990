// The probe of this name, with the subscriptions of snapshot 0.
#include "../probes/poll_many.c"
