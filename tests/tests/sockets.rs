//! Linux is the reference for sockets: each program of `guests/sockets` runs there, too.

mod support;

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use support::peers::{As, Process, Program};
use support::{library, linux, output_of, root};
use wasi_adapt::sdk;
use wasi_adapt_tests::{golden, guests, test_guests};

test_guests!(for_each_sockets by linux::compare);

/// No preview1 host has sockets of a program, so the reference is a golden file.
#[test]
fn poll_oneoff_of_preview1() {
    let program = Program::new("preview1_poll", As::Component);
    golden::check("sockets/preview1_poll.txt", &output_of(&mut program.command(&[])));
}

/// The program allocates all memory that it can get, and frees it in pieces: no call that lacks memory ends the
/// program.
#[test]
fn without_memory_there_is_an_errno() {
    let program = Program::with("out_of_memory", As::Component, |zig| {
        zig.arg("-Wl,--max-memory=25165824");
    });
    let text = output_of(&mut program.command(&[]));
    let works = |line: &str| line.ends_with(" works in the end");
    assert!(text.lines().count() > 20 && text.lines().all(works), "{text}");
}

#[test]
fn waiting_for_nothing_sleeps() {
    for arguments in [&[][..], &["select"]] {
        let mut process = Process::start(Program::new("sleeps", As::Component).command(arguments));
        assert!(process.says("now"));
        thread::sleep(Duration::from_millis(300));
        assert!(process.is_running(), "{:?}", process.line());
    }
}

#[test]
fn every_function_of_the_library_is_called_by_a_program() {
    let (_, names) = library::object(&sdk::sockets_library().expect("the library can be made"));
    let headers = ["sockets.h", "states.h"].map(|name| root().join("tests/guests/include").join(name));
    let programs = guests::sockets::ALL.iter().chain(guests::posix::ALL);
    let others = ["processes/refused.c", "temporary/stream.c", "users/accounts.c"];
    let others = others.map(|name| root().join("tests/data").join(name));
    let sources = programs.map(|guest| guest.source().into()).chain(headers).chain(others);
    let text: String = sources.map(|source| std::fs::read_to_string(source).expect("a source")).collect();
    let calls: BTreeSet<&str> = text
        .match_indices('(')
        .map(|(at, _)| text[..at].rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default())
        .collect();
    // Functions of preview1 and the component model have no programs of their own, and neither do aliases.
    let of_c = names.iter().filter(|name| {
        !name.starts_with("__") && !name.starts_with("wasi_sockets_") && !name.contains('|') && *name != "cabi_realloc"
    });
    let untested: Vec<_> = of_c.filter(|name| !calls.contains(name.as_str())).collect();
    assert!(untested.is_empty(), "no program calls {untested:?}");
}
