//! `wasi-adapt run` as the runner of cargo and Go: the program's arguments follow it, whatever they look like.

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use support::{CACHE, end_of, output_of, wasi_adapt_path};
use tempfile::TempDir;
use wasi_adapt_tests::guests::toolchain;

/// Makes a directory with these files.
fn project(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for (name, content) in files {
        let file = directory.path().join(name);
        fs::create_dir_all(file.parent().expect("it is below the directory")).expect("it can be made");
        fs::write(file, content).expect("it can be written");
    }
    directory
}

const CARGO_TOML: &str = "[package]\nname = \"runner\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n";

/// Prints its arguments, and has a test that reads a file.
const MAIN_RS: &str = r#"
fn main() {
    println!("{:?}", std::env::args().skip(1).collect::<Vec<_>>());
}

#[test]
fn reads_a_file() {
    assert_eq!(std::fs::read_to_string("data.txt").unwrap(), "some text");
}
"#;

/// Runs cargo in the project, with `wasi-adapt run` as its runner. `--quiet` is passed on to tests. The target
/// directory is that of the Rust guests, built with the same standard library.
fn cargo(project: &Path, subcommand: &str) -> Command {
    let guests = Path::new(env!("OUT_DIR"));
    let mut cargo = toolchain::cargo_wasip1(subcommand, "release", &guests.join("zig-cache")).expect("a compiler");
    cargo.current_dir(project).arg("--quiet").arg("--target-dir").arg(guests.join("rust-guests/target"));
    cargo.env("CARGO_TARGET_WASM32_WASIP1_RUNNER", format!("{} run --dir .", wasi_adapt_path().display()));
    cargo.envs([CACHE]);
    cargo
}

#[test]
fn cargo_runs_programs_and_tests() {
    let project = project(&[("Cargo.toml", CARGO_TOML), ("src/main.rs", MAIN_RS), ("data.txt", "some text")]);
    let run = |subcommand, arguments: &[&str]| output_of(cargo(project.path(), subcommand).args(arguments));

    assert_eq!(run("run", &["--", "a b", "--help", "-v", "--dir"]), "[\"a b\", \"--help\", \"-v\", \"--dir\"]\n");
    for arguments in [&[] as &[_], &["--", "--nocapture"], &["--", "--test-threads", "1", "reads"]] {
        let printed = run("test", arguments);
        assert!(printed.contains("test result: ok. 1 passed"), "{arguments:?}: {printed}");
    }
    let help = run("test", &["--", "--help"]);
    assert!(help.contains("--test-threads"), "the help is that of the tests: {help}");
}

const GO_MOD: &str = "module runner\n\ngo 1.24\n";

const MAIN_GO: &str = r#"package main

import ("fmt"; "os")

func main() { fmt.Printf("%q\n", os.Args[1:]) }
"#;

const MAIN_TEST_GO: &str = r#"package main

import ("os"; "testing")

func TestReadsAFile(t *testing.T) {
	text, err := os.ReadFile("data.txt")
	if err != nil || string(text) != "some text" { t.Fatal(string(text), err) }
}

func TestNeedsNothing(t *testing.T) {}
"#;

/// Runs Go in the project, with `wasi-adapt run` and more options to execute programs.
fn go(project: &Path, subcommand: &str, options: &str) -> Command {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("go");
    let mut go = toolchain::go(&cache).expect("a compiler");
    let exec = format!("{} run {options}", wasi_adapt_path().display());
    go.current_dir(project).args([subcommand, "-exec", &exec]);
    go.envs([CACHE]);
    go
}

#[test]
fn go_runs_programs_and_tests() {
    let files = [("go.mod", GO_MOD), ("main.go", MAIN_GO), ("main_test.go", MAIN_TEST_GO), ("data.txt", "some text")];
    let project = project(&files);
    let ran = output_of(go(project.path(), "run", "--dir=/").args([".", "a b", "--help", "-v"]));
    assert_eq!(ran, "[\"a b\" \"--help\" \"-v\"]\n");

    let tested = output_of(go(project.path(), "test", "--dir=/ --env=PWD").args(["-v", "."]));
    assert!(tested.contains("--- PASS: TestReadsAFile") && tested.contains("--- PASS: TestNeedsNothing"), "{tested}");
    // Without a current directory the program starts in `/`, as with wasmtime.
    let elsewhere = end_of(go(project.path(), "test", "--dir=/").arg("."), "");
    assert!(elsewhere.stdout.contains("--- FAIL: TestReadsAFile"), "{}{}", elsewhere.stdout, elsewhere.stderr);
    output_of(go(project.path(), "test", "--dir=/").args(["-run", "Nothing", "."]));
}
