//! Runs guests with the official adapter: each test shows that a guest detects a fault of that adapter, so that its
//! success with ours means something.

use wasi_adapt_tests::guests::{Guest, Start, badfd, c, probes, setup, traps, wat};
use wasi_adapt_tests::run::{self, Adapter, Observed};
use wasi_adapt_tests::{difference, known};

fn official(guest: &Guest, start: &Start) -> Observed {
    run::with_adapter(guest, start, Adapter::Official)
}

/// Fails unless the official adapter shows this difference (`*` stands for any text), and ours does not.
#[track_caller]
fn differs(guest: &Guest, start: &Start, expected: &str) {
    let preview1 = run::on_preview1(guest, start);
    let found = difference::between(&preview1, &official(guest, start));
    assert!(
        found.iter().any(|found| known::matches(expected, found)),
        "{} with the official adapter does not show `{expected}`, but:\n  {}",
        guest.id,
        found.join("\n  ")
    );
    let ours = difference::between(&preview1, &run::as_component(guest, start));
    assert!(!ours.iter().any(|found| known::matches(expected, found)), "{} with ours shows `{expected}`", guest.id);
}

/// Fails unless a component with the official adapter prints this line, and one with ours does not.
#[track_caller]
fn prints(guest: &Guest, expected: &str) {
    let start = guest.start();
    let has = |observed: &Observed| observed.stdout.lines().any(|line| known::matches(expected, line));
    let found = official(guest, &start);
    assert!(has(&found), "{} with the official adapter does not print `{expected}`:\n{}", guest.id, found.stdout);
    assert!(!has(&run::as_component(guest, &start)), "{} with ours prints `{expected}`", guest.id);
}

const TRAPS: &str = "exit: status = 0 -> trap";

macro_rules! differs {
    ($($name:ident: $guest:expr, $expected:expr;)*) => {
        $(#[test]
        fn $name() {
            differs(&$guest, &$guest.start(), $expected);
        })*
    };
}

differs! {
    exit_status_becomes_1: c::HELLO, "exit: status = 3 -> 1";
    bytes_just_written_are_read: probes::FD_CURSOR, r#"read 2: "45" at 6 -> read 2: "XY" at 6"#;
    a_read_of_nothing_ends_the_file: probes::FD_READ, "  1 bytes * ->   0 bytes *";
    a_renumbered_preopen_has_no_name: probes::FD_PRESTAT_RENUMBER, "length * -> *";
    large_pwrite_in_append_mode_traps: probes::FD_PWRITE, TRAPS;
    append_set_after_open_is_ignored: probes::FD_FDSTAT_SET_FLAGS, "scratch: 14 bytes: * -> scratch: 12 bytes: *";
    a_large_write_is_cut: probes::FD_NONBLOCK, "n 2097152 -> n *";
    pread_of_stdin_is_inval: probes::FD_PREAD, "[stdin] fd_pread* = SPIPE -> INVAL";
    a_long_link_traps: probes::PATH_READLINK, TRAPS;
    sockets_trap: probes::SOCK, TRAPS;
    calls_from_realloc_fail: wat::REENTRANT_REALLOC, "exit: status = 0 -> *";
    syncing_stdout_is_inval: probes::FD_SYNC, "[stdout] fd_sync(fd) = BADF -> INVAL";
}

#[test]
fn only_the_first_buffer_is_written() {
    prints(&probes::FD_WRITE, "n 1");
}

#[test]
fn only_the_first_buffer_is_read() {
    prints(&probes::FD_READ_IOVECS, "n 10 *");
}

#[test]
fn the_number_closed_last_is_given_first() {
    prints(&probes::FD_NUMBERS, "lowest first 6");
}

#[test]
fn a_wall_clock_time_in_the_past_overflows() {
    prints(&probes::POLL_REFUSED, "* = OVERFLOW");
}

#[test]
fn one_bad_descriptor_fails_the_whole_poll() {
    prints(&probes::POLL_REFUSED, "poll_oneoff(*) = BADF");
}

#[test]
fn signals_trap() {
    let found = official(&traps::UNSUPPORTED, &traps::UNSUPPORTED.start());
    assert!(matches!(found.exit, wasi_adapt_host::Exit::Trap(_)), "{}", found.exit);
}

#[test]
fn reserved_numbers_are_not_always_refused() {
    prints(&badfd::RESERVED, "fd_seek(fd, 0, SET, &at) = SPIPE");
    prints(&badfd::RENUMBER, "fd_renumber(fd, 0) = SUCCESS");
}

#[test]
fn giving_back_1_closes_stdout() {
    let found = official(&badfd::NUMBERS, &badfd::NUMBERS.start());
    assert!(!found.stdout.contains("stdout is still there"), "{}", found.stdout);
}

#[test]
fn many_or_long_strings_trap() {
    let many = |count: usize| (0..count).map(|n| format!("VARIABLE_{n}={n}")).collect::<Vec<_>>();
    let long = vec![format!("LONG={}", "x".repeat(70_000))];
    for start in [
        Start { env: many(4_000), ..Start::default() },
        Start { env: long, ..Start::default() },
        Start { args: many(8_000), ..Start::default() },
    ] {
        differs(&setup::STRINGS, &start, TRAPS);
    }
}

#[test]
fn many_preopens_trap() {
    let dirs = (0..126).map(|n| format!("/preopened/{n}")).collect();
    differs(&setup::PREOPENS, &Start { dirs, ..Start::default() }, TRAPS);
}

#[test]
fn many_open_files_are_out_of_memory() {
    let start = Start { args: vec!["guest".into(), "130".into()], ..Start::default() };
    differs(&setup::DESCRIPTORS, &start, "opened 130 of 130, SUCCESS -> * NOMEM");
}
