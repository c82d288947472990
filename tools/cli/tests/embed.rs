//! Files in a component: `link --embed`, `inspect`, `extract`.

mod common;

use common::{golden, ran, tests_dir, text, wasi_adapt};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

/// A program that has a preopened directory, if there is one.
const PROGRAM: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_prestat_get" (func (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (func (export "_start") (call $exit (call 0 (i32.const 3) (i32.const 8)))))"#;

/// A directory with the program and a few files.
fn made() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("program.wat"), PROGRAM).unwrap();
    fs::create_dir_all(dir.path().join("site/deep")).unwrap();
    fs::write(dir.path().join("site/index.html"), "<h1>hello</h1>\n").unwrap();
    fs::write(dir.path().join("site/deep/data"), [0, 159, 146, 150]).unwrap();
    symlink("../index.html", dir.path().join("site/deep/link")).unwrap();
    dir
}

/// Runs the command in a directory. Returns the status, and both outputs.
fn in_dir(dir: &Path, args: &[&str]) -> (i32, String) {
    let output = wasi_adapt(args).current_dir(dir).output().unwrap();
    let both = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(both).unwrap())
}

fn contents(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut todo = vec![dir.to_path_buf()];
    while let Some(next) = todo.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(dir).unwrap().display().to_string();
            if path.is_symlink() {
                found.push((name, fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()));
            } else if path.is_dir() {
                todo.push(path);
            } else {
                found.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn what_was_embedded_is_listed_and_extracted() {
    let dir = made();
    let embed = ["link", "program.wat", "--embed", "site::/", "-o", "program.component.wasm"];
    assert_eq!(in_dir(dir.path(), &embed), (0, String::new()));
    assert_eq!(in_dir(dir.path(), &["run", "program.component.wasm"]).0, 0, "there is a preopened directory");
    assert_ne!(in_dir(dir.path(), &["run", "program.wat"]).0, 0, "there is none");
    assert_eq!(in_dir(dir.path(), &["run", "--embed", "site", "program.wat"]).0, 0);
    let (_, report) = in_dir(dir.path(), &["inspect", "program.component.wasm"]);
    golden(&tests_dir().join("golden/embed/inspect.txt"), &report);
    assert_eq!(in_dir(dir.path(), &["extract", "program.component.wasm", "out"]), (0, String::new()));
    assert_eq!(contents(&dir.path().join("out")), contents(&dir.path().join("site")));
    let again = in_dir(dir.path(), &["extract", "program.component.wasm", "out"]);
    assert_eq!(again.0, 1);
    assert!(again.1.contains("`out` is not empty"), "{}", again.1);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 4, "nothing is left behind");
}

#[test]
fn without_the_hosts_files_no_file_system_is_imported() {
    let dir = made();
    let link = ["link", "program.wat", "--embed", "site::/", "--deny", "filesystem", "-o", "sealed.wasm"];
    assert_eq!(in_dir(dir.path(), &link), (0, String::new()));
    assert_eq!(in_dir(dir.path(), &["run", "sealed.wasm"]).0, 0, "the embedded directory is still there");
    let (_, report) = in_dir(dir.path(), &["inspect", "sealed.wasm"]);
    assert!(!report.contains("wasi:filesystem"), "{report}");
}

#[test]
fn linking_the_same_files_again_gives_the_same_bytes() {
    let dir = made();
    for (output, epoch) in [("a", "0"), ("b", "0"), ("c", "1700000000")] {
        let mut command = wasi_adapt(&["link", "program.wat", "--embed", "site::/", "-o", output]);
        assert!(command.current_dir(dir.path()).env("SOURCE_DATE_EPOCH", epoch).status().unwrap().success());
    }
    let [a, b, c] = ["a", "b", "c"].map(|name| fs::read(dir.path().join(name)).unwrap());
    assert!(a == b && a != c);
    let mut command = wasi_adapt(&["link", "program.wat", "--embed", "site::/", "-o", "d"]);
    let output = command.current_dir(dir.path()).env("SOURCE_DATE_EPOCH", "yesterday").output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("`SOURCE_DATE_EPOCH` is `yesterday`"));
}

#[test]
fn writable_directories_are_listed() {
    let dir = made();
    let link =
        ["link", "program.wat", "--embed-writable", "site::/site", "--writable", "/data=64K", "--tmp", "-o", "a"];
    assert_eq!(in_dir(dir.path(), &link), (0, String::new()));
    assert_eq!(in_dir(dir.path(), &["run", "a"]).0, 0);
    let (_, report) = in_dir(dir.path(), &["inspect", "a"]);
    golden(&tests_dir().join("golden/embed/writable.txt"), &report);
    assert_eq!(in_dir(dir.path(), &["extract", "a", "out"]), (0, String::new()));
    assert_eq!(contents(&dir.path().join("out/site")), contents(&dir.path().join("site")));
}

#[test]
fn devices_are_listed_and_left_out_of_what_is_extracted() {
    let dir = made();
    let link = ["link", "program.wat", "--embed", "site::/site", "--dev", "--deny", "filesystem", "-o", "a"];
    assert_eq!(in_dir(dir.path(), &link), (0, String::new()));
    assert_eq!(in_dir(dir.path(), &["run", "a"]).0, 0);
    let (_, report) = in_dir(dir.path(), &["inspect", "a"]);
    golden(&tests_dir().join("golden/embed/devices.txt"), &report);
    assert_eq!(in_dir(dir.path(), &["extract", "a", "out"]), (0, String::new()));
    assert_eq!(contents(&dir.path().join("out/site")), contents(&dir.path().join("site")));
    assert!(!dir.path().join("out/dev/null").exists());
}

#[test]
fn a_size_that_cannot_be_is_refused() {
    let dir = made();
    for (size, expected) in [("/data=much", "a directory is given as GUEST or as GUEST=SIZE"), ("=1M", "GUEST=SIZE")] {
        let (status, message) = in_dir(dir.path(), &["link", "program.wat", "--writable", size, "-o", "x"]);
        assert!(status == 2 && message.contains(expected), "{message}");
    }
    let (status, message) = in_dir(dir.path(), &["link", "program.wat", "--writable", "/data=3G", "-o", "x"]);
    assert!(status == 1 && message.contains("and 2147483648 are possible"), "{message}");
    assert!(!dir.path().join("x").exists());
}

#[test]
fn what_cannot_be_embedded_is_named() {
    let dir = made();
    symlink("loop", dir.path().join("site/loop")).unwrap();
    symlink("/etc", dir.path().join("site/e\u{1b}tc")).unwrap();
    let link = ["link", "program.wat", "--embed", "site::/", "--embed", "none", "-o", "x", "--layout", "adapter"];
    let (status, message) = in_dir(dir.path(), &link);
    assert_eq!(status, 1);
    golden(&tests_dir().join("golden/embed/refused.txt"), &message);
    assert!(!dir.path().join("x").exists());
}

#[test]
fn there_may_be_nothing_to_extract() {
    let dir = made();
    let target = dir.path().join("out");
    let ran = ran(&["extract", text(&dir.path().join("program.wat")), text(&target)]);
    assert!(ran.status == 1 && ran.stderr.contains("no files are embedded in"), "{ran:?}");
    assert!(!target.exists());
}
