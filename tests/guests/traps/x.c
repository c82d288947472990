// Placeholder until written below.
#include "probe.h"
int main(void) { return 0; }
