//! Compares the output of `inspect` and `link` for the modules in `tests/inspect` with the files beside them.

mod common;

use common::{golden, program, ran, tests_dir};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn cases() -> Vec<PathBuf> {
    let files: BTreeSet<PathBuf> =
        fs::read_dir(tests_dir().join("inspect")).unwrap().map(|entry| entry.unwrap().path()).collect();
    let cases: Vec<_> = files.iter().filter(|path| path.extension().is_some_and(|ext| ext == "wat")).cloned().collect();
    for file in &files {
        let stem = file.to_str().unwrap().split('.').next().unwrap();
        assert!(cases.iter().any(|case| case.with_extension("") == Path::new(stem)), "{} has no case", file.display());
    }
    cases
}

/// The version of WASI that components import, with its sign.
fn version() -> String {
    let report: serde_json::Value =
        serde_json::from_str(&ran(&["inspect", "--json", &program("hello.wat")]).stdout).unwrap();
    let interface = report["needs"][0]["interface"].as_str().unwrap();
    interface[interface.find('@').unwrap()..].into()
}

#[test]
fn text_and_json() {
    let version = version();
    for case in cases() {
        let name = case.to_str().unwrap();
        for (args, extension) in [(vec!["inspect", name], "txt"), (vec!["inspect", "--json", name], "json")] {
            let ran = ran(&args);
            assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{name}");
            golden(&case.with_extension(extension), &ran.stdout.replace(&version, "@WASI"));
        }
    }
}

/// `link` fails exactly when there are problems, and then with all of them.
#[test]
fn link_agrees() {
    for case in cases() {
        let name = case.to_str().unwrap();
        let json: serde_json::Value = serde_json::from_str(&ran(&["inspect", "--json", name]).stdout).unwrap();
        let problems = json["problems"].as_array().unwrap();
        let linked = ran(&["link", "-t", name]);
        assert_eq!(linked.status, if problems.is_empty() { 0 } else { 1 }, "{}: {}", case.display(), linked.stderr);
        for problem in problems {
            for part in ["message", "remedy"] {
                let text = problem[part].as_str().unwrap();
                assert!(linked.stderr.contains(text), "{}: {text}\nis missing from\n{}", case.display(), linked.stderr);
            }
        }
    }
}

#[test]
fn a_picture_is_of_one_file_and_shows_its_parts() {
    let hello = program("hello.wat");
    let svg = ran(&["inspect", "--svg", &hello, "--env", "NAME=a value"]).stdout;
    for part in ["<svg ", ">hello.wat<", ">adapter<", ">contents of its own<", ">wasi:cli<", "</svg>\n"] {
        assert!(svg.contains(part), "there is no {part} in\n{svg}");
    }
    let broken = tests_dir().join("inspect/threads.wat");
    let svg = ran(&["inspect", "--svg", broken.to_str().unwrap()]).stdout;
    assert!(svg.contains(">no component<") && svg.contains("keep it from becoming one<"), "{svg}");
    let two = ran(&["inspect", "--svg", &hello, &hello]);
    assert_eq!((two.status, two.stdout.as_str()), (2, ""), "{}", two.stderr);
}

#[test]
fn hosts_that_lack_something_are_warned_of() {
    let hello = program("hello.wat");
    let old = ran(&["inspect", &hello, "--host", "wasmtime@45", "--host", "jco"]).stdout;
    assert_eq!(old.lines().filter(|line| line.starts_with("warning    wasmtime 45 needs")).count(), 1, "{old}");
    assert!(!old.contains("warning    jco"), "{old}");
    assert_eq!(ran(&["inspect", &hello, "--host", "deno"]).status, 2);
}
