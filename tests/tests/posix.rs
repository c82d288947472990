//! Linux is the reference for what else programs ask of a C library: each program of `guests/posix` runs there, too.

mod support;

use support::linux;
use support::output_of;
use support::peers::{As, Program};
use wasi_adapt_tests::test_guests;

test_guests!(for_each_posix by linux::compare);

/// On Linux, it waits for ever.
#[test]
fn a_program_that_would_wait_for_itself_is_told() {
    let program = Program::of("locks", "waits_for_itself", As::Component, |_| ());
    assert_eq!(output_of(&mut program.command_with(&["--dir", "."], &[])), "deadlock, deadlock, deadlock\n");
}
