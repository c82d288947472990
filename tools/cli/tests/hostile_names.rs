//! Names that a module, a file or a program chose, and that would forge output of this tool or steer a terminal.

mod common;

use common::{ran, tests_dir};
use std::fs;
use wasi_adapt::names::is_hostile;

/// As WAT spells it: ends of lines, an escape code, and marks that turn the direction of writing.
const WAT: &str = r"f\0aerror: forged\0d\0a\1b[31m\c2\9b\e2\80\ae\e2\81\a6\d8\9c\e2\80\a8\7f";

/// Sees to it that what a run prints is harmless, and returns it.
#[track_caller]
fn harmless(args: &[&str]) -> String {
    let ran = ran(args);
    let printed = ran.stdout + &ran.stderr;
    assert!(!printed.contains(|c| c != '\n' && is_hostile(c)), "{args:?}:\n{}", printed.escape_debug());
    assert!(!printed.lines().any(|line| line.starts_with("error: forged")), "{args:?}:\n{printed}");
    printed
}

#[test]
fn names_in_a_module() {
    let dir = tempfile::tempdir().unwrap();
    let nobody = r#"(import "NAME" "f" (func)) (memory (export "memory") 1) (func (export "_start"))"#;
    let bodies = [
        nobody,
        r#"(import "NAME" "NAME" (global i32)) (func (export "_start"))"#,
        r#"(import "env" "NAME" (func))"#,
        r#"(import "wasi_snapshot_preview1" "NAME" (func))"#,
        r#"(import "wasi:io/NAME" "NAME" (func))"#,
        r#"(func (export "NAME"))"#,
        r#"(func (export "NAME") (param i32)) (func (export "_start"))"#,
        r#"(func (export "_start") (param i32)) (func (export "NAME"))"#,
        r#"(func (export "NAME")) (func (export "NAME"))"#,
        r#"(@custom "component-type:NAME" "\07") (func (export "_start"))"#,
        r#"(@producers (language "NAME" "NAME") (processed-by "NAME" "1")) (func (export "_start"))"#,
        r#"(func $f (@name "NAME") unreachable) (func (export "_start") (call $f)) (func (export "NAME"))"#,
    ];
    for (number, body) in bodies.iter().enumerate() {
        let file = dir.path().join(format!("{number}.wasm"));
        fs::write(&file, wat::parse_str(format!("(module {body})").replace("NAME", WAT)).unwrap()).unwrap();
        let file = file.to_str().unwrap();
        for args in [&["inspect", file] as &[_], &["inspect", "--json", file]] {
            let printed = harmless(args);
            assert!(printed.contains("forged"), "{args:?}:\n{printed}");
        }
        for command in [&["run"] as &[_], &["verify"], &["run", "--entry", "nope"], &["inspect", "--entry", "nope"]] {
            harmless(&[command, &[file]].concat());
        }
    }
}

#[test]
fn names_of_files_and_of_adapters() {
    let dir = tempfile::tempdir().unwrap();
    let name = "f\nerror: forged\r\n\u{1b}[31m\u{202e}";
    let hello = fs::read(tests_dir().join("programs/hello.wat")).unwrap();
    let [bad, good] = ["bad", "good"].map(|prefix| dir.path().join(format!("{prefix}{name}")));
    fs::write(&bad, "(module (import \"nobody\" \"f\" (func)))").unwrap();
    fs::write(&good, hello).unwrap();
    let (bad, good) = (bad.to_str().unwrap(), good.to_str().unwrap());
    for args in [
        &["link", bad] as &[_],
        &["link", "missing\nerror: forged"],
        &["link", bad, good, "--out-dir", dir.path().to_str().unwrap()],
        &["link", good, "-o", &format!("/missing/{name}")],
        &["link", good, "--adapt", &format!("{name}={good}")],
        &["link", good, "--adapt", &format!("{name}={bad}"), "--adapt", &format!("{name}={bad}")],
        &["run", bad],
        &["verify", good],
    ] {
        let printed = harmless(args);
        assert!(printed.contains("forged"), "{args:?}:\n{printed}");
    }
}
