//! Golden files, and the command under test.
#![allow(dead_code, reason = "each test program uses a part of it")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs, io::Write};

/// A file or directory of this package's tests.
pub fn tests_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// A program of `tests/programs`.
pub fn program(name: &str) -> String {
    text(&tests_dir().join("programs").join(name)).into()
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Compares with a golden file; with BLESS=1 in the environment, writes it.
pub fn golden(path: &Path, found: &str) {
    if env::var_os("BLESS").is_some() {
        fs::write(path, found).unwrap();
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(found, expected, "\n{} differs; BLESS=1 accepts what was found", path.display());
}

/// The command, away from the settings of whoever runs the tests.
pub fn wasi_adapt(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wasi-adapt"));
    command
        .args(args)
        .env("COLUMNS", "100")
        .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::null());
    command
}

/// Runs the command to its end.
pub fn run(command: &mut Command, stdin: &[u8]) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let stdin = stdin.to_vec();
    let writer = std::thread::spawn(move || drop(pipe.write_all(&stdin))); // It need not read everything.
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// The output and the end of a run.
#[derive(Debug, PartialEq)]
pub struct Ran {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs the command with nothing on stdin.
pub fn ran(args: &[&str]) -> Ran {
    let output = run(&mut wasi_adapt(args), b"");
    Ran {
        status: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
