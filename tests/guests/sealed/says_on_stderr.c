//! args: ["prog", "one"]
//! env: ["A=1"]
//! stdin: "input of the program"
// Its surroundings, said on stderr.
#include "surroundings.h"

int main(void) {
    probe_out = 2;
    say_surroundings();
    return 0;
}
