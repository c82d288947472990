//! Linux is the reference for what else programs ask of a C library: each program of `guests/posix` runs there, too.

mod support;

use support::linux;
use support::output_of;
use support::peers::{As, Program};
use wasi_adapt_tests::{golden, test_guests};

test_guests!(for_each_posix by linux::compare);

/// On Linux, it waits for ever.
#[test]
fn a_program_that_would_wait_for_itself_is_told() {
    let program = Program::of("locks", "waits_for_itself", As::Component, |_| ());
    assert_eq!(output_of(&mut program.command_with(&["--dir", "."], &[])), "deadlock, deadlock, deadlock\n");
}

/// Linux has processes.
#[test]
fn other_processes_are_refused() {
    let program = Program::of("processes", "refused", As::Component, |_| ());
    let refused = "0\nFunction not implemented\nFunction not implemented\n";
    assert_eq!(output_of(&mut program.command_with(&[], &[])), refused);
}

/// `/tmp` is the host's, or one that the component has.
#[test]
fn a_file_without_a_name_is_read_and_written() {
    let program = Program::of("temporary", "stream", As::Component, |_| ());
    let directory = tempfile::tempdir().unwrap();
    let tmp = format!("{}::/tmp", directory.path().display());
    assert_eq!(output_of(&mut program.command_with(&["--dir", &tmp], &[])), "text\n");
    assert_eq!(directory.path().read_dir().unwrap().count(), 0);
    assert_eq!(output_of(&mut program.command_with(&[], &[])), "none: No such file or directory\n");
}

/// Those of Linux are in files.
#[test]
fn accounts_are_those_of_the_one_user() {
    let program = Program::of("users", "accounts", As::Component, |_| ());
    let accounts = |options: &[&str], home: &str| {
        let output = output_of(&mut program.command_with(options, &[]));
        assert!(output.starts_with(&format!("root 0 0 root {home} /bin/sh\n")), "{output}");
        golden::check("users/accounts.txt", &output.replacen(home, "HOME", 1));
    };
    accounts(&[], "/");
    accounts(&["--env", "HOME=/me"], "/me");
}
