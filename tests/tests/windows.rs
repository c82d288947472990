//! The command for Windows, under Wine: programs do what they do here, and locks of the host keep out others, those of the
//! same kind and native programs. Wine gives the locks of Windows' programs to Linux, so native programs are of either
//! system. It does not keep others from reading what is locked, as Windows does. `make windows` builds the command and runs this.
#![cfg(target_os = "linux")]

mod support;

use std::fs;
use std::iter;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use support::peers::{As, Process, Program, built};
use support::web::{Answer, Server};
use support::{Ended, data, installed, locks};
use wasi_adapt_tests::guests::{self, Guest};
use wasi_adapt_tests::run::Adapter;
use wasi_adapt_tests::{fixture, run};

/// Returns the command for a Windows program.
fn wine(program: &Path) -> Command {
    static PREFIX: OnceLock<PathBuf> = OnceLock::new();
    let command = |prefix: &Path| {
        let mut wine = Command::new("wine");
        wine.env("WINEPREFIX", prefix).env("WINEDEBUG", "-all");
        wine
    };
    // Made by one, before several run at once.
    let prefix = PREFIX.get_or_init(|| {
        let prefix = built().join("wine");
        output_of(command(&prefix).args(["wineboot", "--init"]));
        prefix
    });
    let mut wine = command(prefix);
    wine.arg(program);
    wine
}

/// Runs a program to its end, and again if it crashes: as a thread ends together with its process, Wine 8 may at times deliver
/// a signal to what is left of it. By then all is done but for the status.
fn end_of(command: &mut Command, input: &str) -> Ended {
    let mut ends = iter::repeat_with(|| support::end_of(command, input));
    ends.by_ref().take(3).find(|end| end.status.is_some()).expect("Wine does not crash each time")
}

/// Returns all that a program says, which may crash likewise.
fn text_of(process: Process) -> String {
    String::from_utf8(process.rest()).expect("text")
}

fn output_of(command: &mut Command) -> String {
    let Ended { status, stdout, stderr } = end_of(command, "");
    assert_eq!(status, Some(0), "{command:?}\n{stdout}{stderr}");
    stdout
}

/// Returns the command `wasi-adapt` of Windows.
fn wasi_adapt_exe() -> Command {
    let program =
        Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("windows/x86_64-pc-windows-gnu/release/wasi-adapt.exe");
    assert!(program.exists(), "{} is missing: run `make windows`", program.display());
    wine(&program)
}

/// The module of a program in a folder of tests/data.
fn module(folder: &str, name: &'static str, add: impl FnOnce(&mut Command)) -> PathBuf {
    Program::of(folder, name, As::Component, add).module()
}

/// The same program for Linux, or as a component on Windows, in a directory.
fn program(name: &'static str, what: As, directory: &Path, arguments: &[&str]) -> Command {
    let mut command = match what {
        As::Native => Command::new(Program::of("locks", name, what, |_| ()).path()),
        As::Component => {
            let mut run = wasi_adapt_exe();
            run.args(["run", "--locks", "host", "--dir", "."]).arg(module("locks", name, |_| ()));
            run
        }
    };
    command.args(arguments).current_dir(directory);
    command
}

const WAYS: [As; 2] = [As::Native, As::Component];

/// A lock on a whole file is a byte on Windows, which no file of Linux has.
#[test]
fn components_lock_others_out_until_they_are_killed() {
    for (holds, tries, kind, found) in [
        (As::Component, As::Component, "process", "1 bytes from 10, taken\n"),
        (As::Component, As::Component, "description", "1 bytes from 10, taken\n"),
        (As::Component, As::Component, "whole", "no bytes, taken\n"),
        (As::Component, As::Native, "process", "5 bytes from 10, taken\n"),
        (As::Component, As::Native, "description", "5 bytes from 10, taken\n"),
        (As::Native, As::Component, "process", "1 bytes from 10, taken\n"),
        (As::Native, As::Component, "description", "1 bytes from 10, taken\n"),
    ] {
        let directory = tempfile::tempdir().expect("a directory");
        let attempt = || output_of(&mut program("rivals", tries, directory.path(), &["try", kind, "file"]));
        let holder = Process::start(program("rivals", holds, directory.path(), &["hold", kind, "file"]));
        assert!(holder.says("locked"), "{holds:?} {kind}");
        assert_eq!(attempt(), found, "{holds:?} {tries:?} {kind}");
        drop(holder);
        assert_eq!(attempt(), "no bytes, locked\n", "{holds:?} {tries:?} {kind}");
    }
}

/// Split, merged and turned into the other kind, as on Linux, though Windows has none of this.
#[test]
fn random_calls_give_the_same() {
    let printed = WAYS.map(|what| {
        let directory = tempfile::tempdir().expect("a directory");
        output_of(&mut program("../../guests/posix/locks_random", what, directory.path(), &["20000"]))
    });
    assert!(printed[0].lines().count() == 20 && printed[0] == printed[1]);
}

#[test]
fn turns_taken_by_many_keep_what_each_has_changed() {
    let command = |_, directory: &Path, id: &str| program("turns", As::Component, directory, &["file", id, "200"]);
    locks::take_turns(6, command, text_of);
}

const SQLITE: [&str; 4] =
    ["-w", "-DSQLITE_THREADSAFE=0", "-DSQLITE_OMIT_LOAD_EXTENSION", "-DSQLITE_DEFAULT_UNIX_VFS=\"unix\""];

/// The command for the program `database`, both on Windows, in a directory.
fn database(what: As, directory: &Path, arguments: &[&str]) -> Command {
    static NATIVE: OnceLock<PathBuf> = OnceLock::new();
    let [source, headers] = ["sqlite/sqlite3.c", "sqlite"].map(installed);
    let mut command = match what {
        As::Native => wine(NATIVE.get_or_init(|| {
            let program = built().join("database.exe");
            let mut compiler = Command::new("x86_64-w64-mingw32-gcc");
            compiler.arg("-O2").args(SQLITE).arg("-I").args([&headers, &data("sqlite/database.c"), &source]);
            output_of(compiler.arg("-o").arg(&program));
            program
        })),
        As::Component => {
            let mut run = wasi_adapt_exe();
            run.args(["run", "--locks", "host", "--dir", "."]).arg(module("sqlite", "database", |compiler| {
                compiler.args(SQLITE).arg("-I").args([&headers, &source]);
            }));
            run
        }
    };
    command.args(arguments).current_dir(directory);
    command
}

/// Four components and a native program write one database at once. Another is killed, and its changes are taken back.
#[test]
fn components_and_a_native_program_write_one_database() {
    let directory = tempfile::tempdir().expect("a directory");
    let said = |what, arguments: &[&str]| output_of(&mut database(what, directory.path(), arguments));
    said(As::Native, &["create", "file"]);
    let start = |(id, what): (usize, As)| {
        // SQLite's locks are not fair: the native program, which is faster, ends sooner, and leaves the others a turn.
        let seconds = if what == As::Native { "8" } else { "15" };
        Process::start(database(what, directory.path(), &["write", "file", &id.to_string(), seconds]))
    };
    let writers: Vec<_> =
        [&[As::Component; 4][..], &[As::Native]].concat().into_iter().enumerate().map(start).collect();
    let rows: Vec<u32> = writers
        .into_iter()
        .map(|writer| {
            let text = text_of(writer);
            text.trim().parse().unwrap_or_else(|_| panic!("a writer says {text}"))
        })
        .collect();
    println!("rows of 4 components and a native program: {rows:?}");
    assert!(rows.iter().all(|rows| *rows > 0), "{rows:?}");
    let total: u32 = rows.iter().sum();
    let expected = format!("ok\n{total} {}\n{total}\n", rows.len());
    for (writes, reads) in [(As::Component, As::Native), (As::Native, As::Component)] {
        assert_eq!(lines(&said(reads, &["check", "file"])), expected);
        let writer = Process::start(database(writes, directory.path(), &["hang", "file"]));
        assert!(writer.says("ready"));
        drop(writer);
        assert!(directory.path().join("file-journal").metadata().expect("a journal").len() > 0);
        assert_eq!(lines(&said(reads, &["check", "file"])), expected, "{writes:?} {reads:?}");
    }
}

/// Text as programs on Linux have it.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

#[test]
fn a_server_has_locks() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut serve = wasi_adapt_exe();
    serve
        .args(["serve", "--addr", "127.0.0.1:0", "--quiet", "--dir"])
        .arg(format!("{}::/", directory.path().display()))
        .arg(locks::counter());
    let server = Server::announced(serve);
    let counted = locks::count(&server, 20).into_iter().map(|request| Answer::read(request).body);
    let mut counted: Vec<_> = counted.map(|text| String::from_utf8(text).expect("text")).collect();
    counted.sort_unstable_by_key(|text| text.trim().parse::<usize>().expect("a number"));
    assert!(counted.into_iter().eq((1..=20).map(|number| format!("{number}\n"))));
}

/// A module is the same component wherever it is linked.
#[test]
fn components_are_the_same() {
    for guest in programs() {
        let directory = tempfile::tempdir().expect("a directory");
        let component = directory.path().join("component.wasm");
        output_of(wasi_adapt_exe().arg("link").arg(guest.path()).arg("-o").arg(&component));
        let here = run::link(&guest.module(), Adapter::Ours).expect("it is linked");
        assert!(fs::read(component).expect("it is linked") == here, "{}", guest.id);
    }
}

/// The preview1 host of Windows is the measure. It hands on Windows' error for a file that may only be read; ours is POSIX's.
#[test]
fn programs_behave_the_same() {
    let differs = "\n  preview1:  errno Permission denied\n  component: errno Bad file descriptor\n";
    for guest in programs() {
        let directory = tempfile::tempdir().expect("a directory");
        fixture::make(directory.path()).expect("a fixture");
        let start = guest.start();
        let mut verify = wasi_adapt_exe();
        verify.arg("verify");
        for (name, path) in run::mapped(&start) {
            verify.arg("--dir").arg(format!("{}::{name}", directory.path().join(path).display()));
        }
        for variable in &start.env {
            verify.args(["--env", variable]);
        }
        let Ended { status, stdout, stderr } = end_of(verify.arg(guest.path()).args(&start.args[1..]), &start.stdin);
        let known = guest.id == "c/files";
        let is_known = stdout.contains(" 1 way\n") && stdout.ends_with(differs);
        assert_eq!((status, is_known), (Some(known.into()), known), "{}\n{stdout}{stderr}", guest.id);
    }
}

fn programs() -> impl Iterator<Item = &'static Guest> {
    [guests::c::ALL, guests::rust::ALL].into_iter().flatten().copied()
}
