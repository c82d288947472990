//! Many files and directories at once: `inspect FILES..` and `link DIR.. --out-dir`.

mod common;

use common::{Ran, program, ran, text};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// A directory of everything that lies about where modules are collected.
fn collection() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let hello = wat::parse_file(program("hello.wat")).unwrap();
    let component = wasi_adapt::Linker::new().link(&hello).unwrap().wasm;
    for (name, contents) in [
        ("z.wasm", &hello[..]),
        ("sub/hello.WASM", &hello),
        ("sub/deep/hello.wat", b"(module (func (export \"_start\")))"),
        ("sub/bad.wasm", b"(module (import \"nobody\" \"f\" (func)))"),
        ("component.wasm", &component),
        ("empty.wasm", b""),
        ("gzip.wasm", b"\x1f\x8b\x08\0"),
        ("html.wasm", b"\n<!DOCTYPE html><html></html>"),
        ("lfs.wasm", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n"),
        ("broken.wasm", &hello[..40]),
        ("note.wat", b"a note"),
        ("readme.txt", b"no module"),
    ] {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }
    dir
}

/// The files of [`collection`], in order, and the codes of those that are no WebAssembly.
const COLLECTED: [(&str, Option<&str>); 11] = [
    ("broken.wasm", Some("invalid")),
    ("component.wasm", None),
    ("empty.wasm", Some("empty")),
    ("gzip.wasm", Some("gzip")),
    ("html.wasm", Some("html")),
    ("lfs.wasm", Some("git-lfs-pointer")),
    ("note.wat", Some("invalid")),
    ("sub/bad.wasm", None),
    ("sub/deep/hello.wat", None),
    ("sub/hello.WASM", None),
    ("z.wasm", None),
];

fn parsed(text: &str) -> Vec<Value> {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn inspect_walks_directories() {
    let dir = collection();
    let ran_json = ran(&["inspect", "--json", text(dir.path()), "missing.wasm"]);
    assert_eq!((ran_json.status, &*ran_json.stderr), (1, ""));
    let all = parsed(&ran_json.stdout);
    let path = |name: &str| dir.path().join(name).display().to_string();
    let mut expected: Vec<_> = COLLECTED.iter().map(|(name, code)| (path(name), *code)).collect();
    expected.push(("missing.wasm".into(), Some("unreadable")));
    let found = |entry: &'static Value| (entry["file"].as_str().unwrap().to_string(), entry["error"]["code"].as_str());
    assert_eq!(all.leak().iter().map(found).collect::<Vec<_>>(), expected);

    let shown = ran(&["inspect", text(dir.path())]);
    assert_eq!((shown.status, &*shown.stderr), (1, ""));
    for (name, _) in COLLECTED {
        assert!(shown.stdout.contains(&format!("file       {}\n", path(name))), "{name}:\n{}", shown.stdout);
    }
    for part in
        ["lfs.wasm` is a pointer of Git LFS", "remedy: fetch the file with `git lfs pull`", "by gzip", "an HTML page"]
    {
        assert!(shown.stdout.contains(part), "{part}:\n{}", shown.stdout);
    }
}

#[test]
fn one_file_is_an_object_and_a_directory_an_array() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("hello.wat");
    fs::copy(program("hello.wat"), &file).unwrap();
    let one: Value = serde_json::from_str(&ran(&["inspect", "--json", text(&file)]).stdout).unwrap();
    let mut many = parsed(&ran(&["inspect", "--json", text(dir.path())]).stdout);
    assert_eq!(many[0].as_object_mut().unwrap().remove("file"), Some(json!(file)));
    assert_eq!(many, [one]);

    fs::remove_file(&file).unwrap();
    let nothing = parsed(&ran(&["inspect", "--json", text(dir.path())]).stdout);
    assert!(nothing[0]["error"]["message"].as_str().unwrap().starts_with("there is no file `.wasm` or `.wat` in"));
}

#[test]
fn check_makes_problems_a_failure() {
    let dir = tempfile::tempdir().unwrap();
    let bad = dir.path().join("bad.wat");
    fs::write(&bad, "(module (import \"nobody\" \"f\" (func)))").unwrap();
    let component = dir.path().join("component.wasm");
    assert_eq!(ran(&["link", &program("hello.wat"), "-o", text(&component)]).status, 0);
    let status = |args: &[&str]| ran(&[&["inspect"], args].concat()).status;
    assert_eq!(status(&[text(&bad)]), 0);
    assert_eq!(status(&["--check", text(&bad)]), 1);
    assert_eq!(status(&["--check", &program("hello.wat"), text(&component)]), 0);
    assert_eq!(status(&["--check", &program("hello.wat"), text(&bad)]), 1);
    assert_eq!(status(&[text(dir.path())]), 0);
}

/// The files below a directory.
fn below(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() { files.extend(below(&entry.path())) } else { files.push(entry.path()) }
    }
    files.sort();
    files
}

#[test]
fn link_keeps_the_tree_and_reports() {
    let dir = collection();
    let [out, report] = ["sub/out", "report.json"].map(|name| dir.path().join(name));
    let stale = out.join("sub/bad.component.wasm");
    fs::create_dir_all(stale.parent().unwrap()).unwrap();
    fs::write(&stale, "old").unwrap();
    let link =
        || ran(&["link", text(dir.path()), "--out-dir", text(&out), "--skip-components", "--report", text(&report)]);
    let first = link();
    assert_eq!(first.status, 1);
    assert!(first.stderr.ends_with("error: 7 of 11 modules were not linked\n"), "{}", first.stderr);
    assert!(first.stderr.contains("bad.component.wasm`, of an earlier run, is removed"), "{}", first.stderr);
    let expected = ["sub/deep/hello.component.wasm", "sub/hello.component.wasm", "z.component.wasm"];
    assert_eq!(below(&out), expected.map(|name| out.join(name)));

    let report: Value = serde_json::from_str(&fs::read_to_string(&report).unwrap()).unwrap();
    assert_eq!(report["schema"], 1);
    let files = report["files"].as_array().unwrap();
    let status = |file: &Value| file["status"].as_str().unwrap().to_string();
    for ((name, code), file) in COLLECTED.iter().zip(files) {
        let expected = match (*name, code) {
            ("component.wasm", _) => "skipped",
            ("sub/bad.wasm", _) | (_, Some(_)) => "failed",
            _ => "linked",
        };
        assert_eq!((&*status(file), &file["file"]), (expected, &json!(dir.path().join(name))));
        assert_eq!(file["error"]["code"].as_str(), *code, "{name}");
        assert_eq!(file["output"].is_string(), expected == "linked");
        assert_eq!(file.as_object().unwrap().len(), 9, "every field is there");
    }
    assert_eq!(files[7]["problems"][0]["code"], "unknown-module");
    assert_eq!(files[10]["size"], fs::metadata(out.join("z.component.wasm")).unwrap().len());
    assert_eq!(files[10]["layout"], "isolated");

    assert_eq!(below(&out).len(), 3);
    assert!(
        link().stderr.ends_with("error: 7 of 11 modules were not linked\n"),
        "what was written is not linked again"
    );
}

#[test]
fn link_makes_of_each_what_it_makes_of_one() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("new/components");
    let modules = ["hello", "trap", "cat"].map(|name| program(&format!("{name}.wat")));
    let [hello, trap, cat] = modules.each_ref().map(String::as_str);
    let linked = ran(&["link", "--out-dir", text(&out), hello, trap, cat]);
    assert_eq!(linked, Ran { status: 0, stdout: "".into(), stderr: "".into() });
    for (name, module) in ["hello", "trap", "cat"].iter().zip(&modules) {
        let alone = dir.path().join("alone.wasm");
        assert_eq!(ran(&["link", module, "-o", text(&alone)]).status, 0);
        let component = out.join(name).with_extension("component.wasm");
        assert!(fs::read(&alone).unwrap() == fs::read(&component).unwrap(), "the same as alone");
    }
    let failed = ran(&["link", hello, "missing.wasm", "--out-dir", text(&out)]);
    assert_eq!(failed.status, 1);
    let said = ["reading `missing.wasm`", "1 of 2 modules were not linked"];
    let places = said.map(|part| failed.stderr.find(part).unwrap_or_else(|| panic!("{part}:\n{}", failed.stderr)));
    assert!(places.is_sorted(), "{}", failed.stderr);
}

#[test]
fn what_has_no_file_of_its_own_fails_alone() {
    let dir = tempfile::tempdir().unwrap();
    let [a, b, here] = ["a", "b", "here"].map(|name| dir.path().join(name));
    let [a, b] = [a, b].map(|folder| {
        fs::create_dir(&folder).unwrap();
        fs::copy(program("hello.wat"), folder.join("p.wat")).unwrap();
        folder.join("p.wat")
    });
    let out = ["--out-dir", text(&here)];
    let refused = ran(&[&["link", text(&a), text(&b), "-", &program("trap.wat")], &out[..]].concat());
    assert_eq!(refused.status, 1);
    for part in ["would all become", "stdin has no name", "remedy: link it by itself", "3 of 4 modules were not linked"]
    {
        assert!(refused.stderr.contains(part), "{part}:\n{}", refused.stderr);
    }
    assert_eq!(below(&here), [here.join("trap.component.wasm")], "the other one is there");

    let module = ["--emit", "module", "-t", "--out-dir", text(a.parent().unwrap())];
    let overwriting = ran(&[&["link", text(&a)], &module[..]].concat());
    assert_eq!(overwriting.status, 1);
    assert!(overwriting.stderr.contains("would overwrite the input"), "{}", overwriting.stderr);
    assert_eq!(fs::read(&a).unwrap(), fs::read(program("hello.wat")).unwrap());
    assert_eq!(ran(&[&["link", "--force", text(&a)], &module[..]].concat()).status, 0);
    assert_ne!(fs::read(&a).unwrap(), fs::read(program("hello.wat")).unwrap());
}

#[test]
fn many_need_a_directory() {
    let dir = tempfile::tempdir().unwrap();
    let [hello, here] = [&program("hello.wat"), text(dir.path())];
    for args in [
        &["link", hello, hello] as &[_],
        &["link", here],
        &["link", hello, "--out-dir", here, "-o", "x.wasm"],
        &["link", hello, "--report", "x.json"],
        &["link", hello, "--skip-components"],
    ] {
        let ran = ran(args);
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    }
}
