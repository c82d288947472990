//! `wasi-adapt run`, as a user meets it.

mod common;

use common::{Ran, program, ran, run, tests_dir, text, wasi_adapt};
use std::fs;
use std::path::Path;

#[test]
fn run_gives_the_programs_output_and_status() {
    let ran = ran(&["run", &program("hello.wat")]);
    assert_eq!(ran, Ran { status: 3, stdout: "hello\n".into(), stderr: "err\n".into() });
    let portable = common::ran(&["run", "--exit-codes", "portable", &program("hello.wat")]);
    assert_eq!(portable.status, 1);
}

#[test]
fn run_takes_components_too() {
    let dir = tempfile::tempdir().unwrap();
    let component = dir.path().join("hello.component.wasm");
    assert_eq!(ran(&["link", &program("hello.wat"), "-o", text(&component)]).status, 0);
    assert_eq!(ran(&["run", text(&component)]).stdout, "hello\n");
}

#[test]
fn run_traces_modules() {
    let hello = program("hello.wat");
    let traced = ran(&["run", "--trace=fd_write", "--trace-output", "1", &hello]);
    assert_eq!((traced.status, &*traced.stderr), (3, "err\n"));
    let calls: Vec<_> = traced.stdout.lines().filter_map(|line| line.split_once(" <")).map(|(call, _)| call).collect();
    assert_eq!(calls, ["fd_write(1, [\"hello\\n\"], 1, [6]) = 0", "fd_write(2, [\"err\\n\"], 1, [4]) = 0"]);
    let refused = ran(&["run", "--trace=fd_wrote", &hello]);
    assert!(refused.stderr.contains("has no function `fd_wrote`; did you mean `fd_write`?"), "{}", refused.stderr);

    let dir = tempfile::tempdir().unwrap();
    let component = dir.path().join("hello.component.wasm");
    assert_eq!(ran(&["link", "--trace=failed", &hello, "-o", text(&component)]).status, 0);
    assert_eq!(ran(&["run", text(&component)]).stderr, "err\n", "no call fails");
    let refused = ran(&["run", "--trace", text(&component)]);
    assert!(refused.status == 1 && refused.stderr.contains("link that with `--trace`"), "{}", refused.stderr);
}

#[test]
fn run_passes_stdin_on() {
    let stdin: Vec<u8> = (0..300_000u32).map(|n| (n % 253) as u8).collect();
    let output = run(&mut wasi_adapt(&["run", &program("cat.wat")]), &stdin);
    assert!(output.stdout == stdin && output.status.success());
}

#[test]
fn run_gives_arguments_and_environment() {
    let given = program("given.wat");
    assert_eq!(ran(&["run", &given, "a b", "--dir", "-v", "--help"]).stdout, "given.wat\0a b\0--dir\0-v\0--help\0");
    for separated in [&["run", &given, "--", "a", "--", "b"] as &[_], &["run", "--", &given, "a", "--", "b"]] {
        assert_eq!(ran(separated).stdout, "given.wat\0a\0--\0b\0");
    }
    assert_eq!(ran(&["run", "--argv0", "me", "--env", "A=1=2", "--env", "B=", &given]).stdout, "me\0A=1=2\0B=\0");

    let mut inherits = wasi_adapt(&["run", "--argv0", "", "--inherit-env", "--env", "B=new", "--env", "A", &given]);
    let output = run(inherits.env_clear().env("A", "1").env("B", "old"), b"");
    let mut parts: Vec<_> = output.stdout.split(|&byte| byte == 0).map(|part| str::from_utf8(part).unwrap()).collect();
    parts.sort();
    assert_eq!(parts, ["", "", "A=1", "B=new"]);
}

#[test]
fn run_gives_directories_under_their_names() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("in.txt");
    for mapping in [format!("{}::/", dir.path().display()), dir.path().display().to_string()] {
        fs::write(&file, "").unwrap();
        assert_eq!(ran(&["run", "--dir", &mapping, &program("remove.wat")]).status, 0);
        assert!(!file.exists());
    }
    assert_ne!(ran(&["run", &program("remove.wat")]).status, 0, "no directory, no file");
}

#[test]
fn a_trap_is_reported_as_an_abort() {
    let ran = ran(&["run", &program("trap.wat")]);
    assert_eq!(ran.status, 134);
    for part in ["error: ", "trapped", "wasm backtrace", "inner", "wasm `unreachable` instruction executed"] {
        assert!(ran.stderr.contains(part), "`{part}` is missing from\n{}", ran.stderr);
    }
}

#[test]
fn what_cannot_be_run_is_an_error() {
    let ran = ran(&["run", text(&tests_dir().join("inspect/reactor.wat"))]);
    assert_eq!(ran.status, 1);
    assert!(ran.stderr.contains("there is nothing to run in"), "{}", ran.stderr);
}

#[test]
fn compiled_code_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let [home, named] = ["home", "named"].map(|name| dir.path().join(name));
    // A hidden file is wasmtime's mark that somebody is tidying up.
    let is_kept =
        |entry: std::io::Result<fs::DirEntry>| !entry.unwrap().file_name().as_encoded_bytes().starts_with(b".");
    let kept =
        |dir: &Path| fs::read_dir(dir).map_or(0, |entries| entries.filter_map(|it| is_kept(it).then_some(())).count());
    let status = |args: &[&str], home: &Path| run(wasi_adapt(args).env("XDG_CACHE_HOME", home), b"").status.code();
    let hello = program("hello.wat");

    assert_eq!(status(&["run", "--no-cache", &hello], &home), Some(3));
    assert_eq!(status(&["verify", "--cache", text(&named), &hello], &home), Some(0));
    assert!(kept(&home) == 0 && kept(&named) > 0);
    assert_eq!(status(&["run", &hello], &home), Some(3));
    assert!(kept(&home.join("wasmtime")) > 0, "where wasmtime keeps its own");

    // A file stands where the directory would be.
    assert_eq!(status(&["run", &hello], Path::new(&hello)), Some(3), "what nobody asked for may fail");
    assert_eq!(status(&["run", "--cache", &hello, &hello], &home), Some(1));
}

#[test]
fn run_calls_exported_functions() {
    let functions = program("functions.wat");
    let invoke = |call: &str| ran(&["run", "--invoke", call, &functions]);
    assert_eq!(invoke("add(1, 4294967295)"), Ran { status: 0, stdout: "0\n".into(), stderr: "".into() });
    assert_eq!(invoke("add(40, 2)").stdout, "42\n");
    let failed = invoke("fail()");
    assert_eq!(failed.status, 134);
    assert!(failed.stderr.contains("wasm `unreachable` instruction executed"), "{}", failed.stderr);

    let unknown = invoke("sub(1, 2)");
    assert_eq!((unknown.status, unknown.stdout.as_str()), (1, ""));
    let list = "there is no exported function \"sub\"; there are:\n      add(a: u32, b: u32) -> u32\n      fail()\n";
    assert!(unknown.stderr.contains(list), "{}", unknown.stderr);
    let mistaken = invoke("add(1)");
    assert!(mistaken.status == 1 && mistaken.stderr.contains("reading the call `add(1)`"), "{}", mistaken.stderr);
    assert_eq!(invoke("add(1").status, 2);

    let library = program("library.wat");
    let refused = ran(&["run", "--invoke", "add_up(1, 2)", &library]);
    assert_eq!(refused.status, 1);
    for part in ["there is no exported function \"add_up\"", "remedy: ", "`--export-functions`", "`--wit`"] {
        assert!(refused.stderr.contains(part), "`{part}` is missing from\n{}", refused.stderr);
    }
    let exported = ran(&["run", "--export-functions", "--invoke", "add_up(1, 2)", &library]);
    assert_eq!((exported.status, exported.stdout.as_str()), (0, "3\n"), "{}", exported.stderr);
}
