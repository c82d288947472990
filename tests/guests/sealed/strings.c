//! args: ["prog", "one", "two"]
//! env: ["A=1", "EMPTY=", "SAME=host"]
// Its arguments and variables.
#include "surroundings.h"

int main(void) {
    say_strings_of_program();
    return 0;
}
