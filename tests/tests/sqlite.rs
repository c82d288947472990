//! SQLite, compiled with the library of the sdk and its usual locks: components and a native program share a database.
//! `SQLITE_SECONDS` says how long they write at once.
#![cfg(target_os = "linux")]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use support::peers::{As, Process, Program, built, compiler};
use support::{Ended, end_of, installed, output_of, wasi_adapt};

/// Compiles SQLite for one of the two. For WASI, it would have another way of locking by default: files beside the database.
fn sqlite(what: As) -> PathBuf {
    let object = built().join(format!("sqlite-{what:?}.o"));
    let mut compiler = compiler(what);
    compiler.args(["-O2", "-w", "-DSQLITE_THREADSAFE=0", "-DSQLITE_OMIT_LOAD_EXTENSION", "-DSQLITE_OMIT_DEPRECATED"]);
    compiler.arg("-DSQLITE_DEFAULT_UNIX_VFS=\"unix\"").arg("-c").arg(installed("sqlite/sqlite3.c"));
    output_of(compiler.arg("-o").arg(&object));
    object
}

/// The program `database`: for Linux, or as a module.
fn program(what: As) -> PathBuf {
    let program = Program::of("sqlite", "database", what, |compiler| {
        compiler.arg("-I").arg(installed("sqlite")).arg(sqlite(what));
    });
    match what {
        As::Native => program.path().into(),
        As::Component => program.module(),
    }
}

/// The command for it in a directory.
fn database(what: As, directory: &Path, arguments: &[&str]) -> Command {
    static COMPONENT: OnceLock<PathBuf> = OnceLock::new();
    let program = program(what);
    let mut command = match what {
        As::Native => Command::new(program),
        As::Component => {
            let component = COMPONENT.get_or_init(|| {
                let component = program.with_extension("locks.wasm");
                output_of(wasi_adapt().args(["link", "--locks", "host"]).arg(program).arg("-o").arg(&component));
                component
            });
            let mut run = wasi_adapt();
            run.args(["run", "--dir", "."]).arg(component);
            run
        }
    };
    command.args(arguments).current_dir(directory);
    command
}

fn said(what: As, directory: &Path, arguments: &[&str]) -> String {
    output_of(&mut database(what, directory, arguments))
}

const WAYS: [As; 2] = [As::Native, As::Component];

#[test]
fn many_write_one_database_at_once() {
    let seconds = std::env::var("SQLITE_SECONDS").unwrap_or("10".into());
    let directory = tempfile::tempdir().expect("a directory");
    said(As::Component, directory.path(), &["create", "file"]);
    let ways = [[As::Component; 8].as_slice(), &[As::Native]].concat();
    let start = |(id, what): (usize, &As)| {
        (id, Process::start(database(*what, directory.path(), &["write", "file", &id.to_string(), &seconds])))
    };
    let writers: Vec<_> = ways.iter().enumerate().map(start).collect();
    let rows = |(id, writer): (usize, Process)| {
        let text = writer.text();
        let rows: u32 = text.trim().parse().unwrap_or_else(|_| panic!("writer {id}: {text}"));
        (id, rows)
    };
    let rows: BTreeMap<_, _> = writers.into_iter().map(rows).collect();
    println!("rows of 8 components and a native program in {seconds} s: {rows:?}");
    assert!(rows.values().all(|rows| *rows > 0), "{rows:?}");
    let total: u32 = rows.values().sum();
    for what in WAYS {
        assert_eq!(said(what, directory.path(), &["check", "file"]), format!("ok\n{total} {}\n{total}\n", rows.len()));
    }
}

/// One that is killed leaves changes in the file, and the journal by which the next takes them back.
#[test]
fn the_journal_of_a_killed_writer_is_rolled_back() {
    for (writes, reads) in [(As::Component, As::Native), (As::Native, As::Component), (As::Component, As::Component)] {
        let directory = tempfile::tempdir().expect("a directory");
        said(As::Native, directory.path(), &["create", "file"]);
        said(reads, directory.path(), &["write", "file", "1", "1"]);
        let before = said(reads, directory.path(), &["check", "file"]);
        let writer = Process::start(database(writes, directory.path(), &["hang", "file"]));
        assert!(writer.says("ready"));
        drop(writer);
        let journal = directory.path().join("file-journal");
        assert!(journal.metadata().expect("a journal").len() > 0);
        assert_eq!(said(reads, directory.path(), &["check", "file"]), before, "{writes:?} {reads:?}");
        assert!(!journal.exists());
    }
}

/// WASI has no memory that programs share, so a write-ahead log has one user at a time.
#[test]
fn a_write_ahead_log_is_for_one_at_a_time() {
    for (first, second) in [(As::Component, As::Native), (As::Native, As::Component)] {
        let directory = tempfile::tempdir().expect("a directory");
        said(first, directory.path(), &["create", "file"]);
        let holder = Process::start(database(first, directory.path(), &["wal", "file"]));
        assert_eq!(holder.line().as_deref(), Some(b"wal\n".as_slice()));
        assert!(holder.says("ready"));
        let Ended { status, stdout, .. } = end_of(&mut database(second, directory.path(), &["try", "file"]), "");
        assert!(status == Some(1) && stdout.ends_with("database is locked\n"), "{stdout}");
        drop(holder);
        assert!(directory.path().join("file-wal").exists());
        assert_eq!(said(second, directory.path(), &["try", "file"]), "wal\n");
        assert_eq!(said(As::Native, directory.path(), &["check", "file"]), "ok\n0 0\n2000\n");
    }
}

/// Also where the database is in the component, whose locks nobody else sees.
#[test]
fn two_connections_of_one_program_keep_each_other_out() {
    let directory = tempfile::tempdir().expect("a directory");
    let expected = said(As::Native, directory.path(), &["twice", "file"]);
    assert_eq!(expected.matches("database is locked").count(), 3, "{expected}");
    for (locks, files) in
        [("instance", "--writable=."), ("host", "--writable=."), ("instance", "--dir=."), ("host", "--dir=.")]
    {
        let directory = tempfile::tempdir().expect("a directory");
        let mut run = wasi_adapt();
        run.args(["run", "--locks", locks, files]).arg(program(As::Component)).args(["twice", "file"]);
        assert_eq!(output_of(run.current_dir(directory.path())), expected, "{locks} {files}");
    }
}
