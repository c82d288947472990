//! A program with sockets releases every resource that it closes, in a host that has room for only a few at a time.

mod support;

use support::end_of;
use support::peers::As::{Component, Native};
use support::peers::{Process, Program};

const FEW: [&str; 2] = ["--max-resources", "20"];

#[test]
fn a_hundred_thousand_times() {
    for what in [Native, Component] {
        let process = Process::start(Program::new("leaks", what).command_with(&FEW, &[]));
        assert_eq!(process.text(), "opened and closed 100000\n", "{what:?}");
    }
}

#[test]
fn more_than_few_are_refused() {
    let ended = end_of(&mut Program::new("leaks", Component).command_with(&FEW, &["keep all"]), "");
    assert_eq!(ended.status, Some(134), "{ended:?}");
    assert!(ended.stderr.contains("resource table has no free keys"), "{}", ended.stderr);
}
