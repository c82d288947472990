//! args: ["prog", "one"]
//! env: ["A=1"]
//! stdin: "input of the program"
// Its surroundings, said on stdout.
#include "surroundings.h"

int main(void) {
    say_surroundings();
    return 0;
}
