use super::difference::Bytes;
use super::*;
use crate::{DirMapping, Exit};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

fn invocation(dirs: Vec<DirMapping>) -> Invocation {
    Invocation { dirs, ..Invocation::default().capture("") }
}

fn component_that_does_nothing() -> Vec<u8> {
    wat::parse_str("(component)").unwrap()
}

/// A module with `body` as `_start`, descriptor 3 being the first directory.
fn module(body: &str) -> Vec<u8> {
    wat::parse_str(format!(
        r#"(module
            (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
            (import "wasi_snapshot_preview1" "path_create_directory"
                (func $mkdir (param i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "path_unlink_file" (func $unlink (param i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "path_symlink" (func $symlink (param i32 i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
            (memory (export "memory") 1)
            (data (i32.const 0) "\20\00\00\00\0e\00\00\00")
            (data (i32.const 32) "one\ntwo\nthree\n")
            (func (export "_start") {body}))"#
    ))
    .unwrap()
}

const WRITE: &str = "(drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))";

#[test]
fn output_and_exit_are_compared() {
    let module = module(&format!("{WRITE} (call $proc_exit (i32.const 3))"));
    let host = Host::new().unwrap();
    let verdict = verify(&host, &module, &component_that_does_nothing(), &invocation(vec![])).unwrap();
    assert_eq!((&verdict.module.exit, &verdict.component.exit), (&Exit::Code(3), &Exit::Code(0)));
    let shown: Vec<_> = verdict.differences.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "the exit differs:\n  preview1:  exit status 3\n  component: exit status 0",
            "stdout differs at byte 0 (line 1):\n  preview1:  one\n  component: ends after 0 bytes",
        ]
    );
    assert!(verdict.steady);
}

#[test]
fn files_are_compared_and_the_originals_stay() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("two"), "x").unwrap();
    // Makes the directory `one`, removes the file `two`, links `three` to `one`.
    let module = module(
        "(drop (call $mkdir (i32.const 3) (i32.const 32) (i32.const 3)))
         (drop (call $unlink (i32.const 3) (i32.const 36) (i32.const 3)))
         (drop (call $symlink (i32.const 32) (i32.const 3) (i32.const 3) (i32.const 40) (i32.const 5)))",
    );
    let dirs = vec![DirMapping::new(dir.path(), "/")];
    let host = Host::new().unwrap();
    let verdict = verify(&host, &module, &component_that_does_nothing(), &invocation(dirs)).unwrap();
    let root = dir.path().canonicalize().unwrap();
    let only = |side, name: &str| Difference::OnlyIn { side, path: root.join(name) };
    assert_eq!(
        verdict.differences,
        [only(Side::Module, "one"), only(Side::Module, "three"), only(Side::Component, "two")]
    );
    assert_eq!(fs::read(dir.path().join("two")).unwrap(), b"x");
}

#[test]
fn a_program_of_chance_is_said_to_be_one() {
    let module = module(&format!("(drop (call $random (i32.const 32) (i32.const 14))) {WRITE}"));
    let host = Host::new().unwrap();
    let verdict = verify(&host, &module, &component_that_does_nothing(), &invocation(vec![])).unwrap();
    assert!(!verdict.steady);
}

#[test]
fn copies_keep_links_modes_times_and_identity() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    fs::create_dir(at("inner")).unwrap();
    fs::write(at("inner/file"), "text").unwrap();
    fs::set_permissions(at("inner/file"), fs::Permissions::from_mode(0o751)).unwrap();
    symlink("nowhere", at("link")).unwrap();
    let mapping = |host: std::path::PathBuf, guest: &str| DirMapping::new(host, guest);
    let copies =
        Copies::of(&[mapping(at("inner"), "in"), mapping(dir.path().into(), "/")], &std::env::temp_dir()).unwrap();

    let [inner, outer] = copies.mappings() else { panic!("two mappings") };
    assert_eq!((inner.guest.as_str(), outer.guest.as_str()), ("in", "/"));
    assert_eq!(inner.host, outer.host.join("inner"), "the inner one is the outer one's");
    assert_eq!(fs::read_link(outer.host.join("link")).unwrap().to_str(), Some("nowhere"));
    let (original, copy) = (fs::metadata(at("inner/file")).unwrap(), fs::metadata(inner.host.join("file")).unwrap());
    assert_eq!(copy.permissions().mode() & 0o777, 0o751);
    assert_eq!(copy.modified().unwrap(), original.modified().unwrap());
    assert_eq!(copies.roots().count(), 1);
}

#[test]
fn differing_bytes_are_located() {
    let found = Bytes::between(b"a\nbcd\n", b"a\nbxd\n").unwrap();
    assert_eq!((found.offset, found.line), (3, 2));
    assert_eq!((found.module.as_deref(), found.component.as_deref()), (Some("bcd"), Some("bxd")));
    assert_eq!(Bytes::between(b"same", b"same"), None);
    let shorter = Bytes::between(b"a\n", b"a\nb").unwrap();
    assert_eq!((shorter.module, shorter.module_len, shorter.component.as_deref()), (None, 2, Some("b")));
}

/// A library that has a state.
const SUMS: &str = r#"(module
    (global $count (mut i32) (i32.const 0))
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "count_up") (result i32)
        (global.set $count (i32.add (global.get $count) (i32.const 1)))
        (global.get $count)))"#;

/// A component that exports `add` and `count_up` of a module like that, with these types.
fn sums(types: [&str; 2]) -> Vec<u8> {
    let [number, result] = types;
    wat::parse_str(format!(
        r#"(component
            (core module $m {})
            (core instance $i (instantiate $m))
            (func (export "add") (param "a" {number}) (param "b" {number}) (result {result})
                (canon lift (core func $i "add")))
            (func (export "count-up") (result {result}) (canon lift (core func $i "count_up"))))"#,
        SUMS.strip_prefix("(module").unwrap().strip_suffix(')').unwrap()
    ))
    .unwrap()
}

#[test]
fn what_calls_give_is_compared() {
    let module = wat::parse_str(SUMS).unwrap();
    let host = Host::new().unwrap();
    let calls = ["add(2, -5)", "count_up", "count_up()"];
    let invocation = calls.iter().fold(invocation(vec![]), |invocation, call| invocation.call(call).unwrap());

    let signed = verify(&host, &module, &sums(["s32", "s32"]), &invocation).unwrap();
    assert_eq!((signed.differences.len(), signed.compared), (0, Compared::Calls));
    let results: Vec<_> = signed.component.results.iter().map(ToString::to_string).collect();
    assert_eq!(results, ["-3", "1", "2"], "one instance serves them all");
    let unsigned = verify(&host, &module, &sums(["s32", "u32"]), &invocation).unwrap();
    assert_eq!((unsigned.differences.len(), unsigned.component.results[0].to_string().as_str()), (0, "4294967293"));

    let narrow = verify(&host, &module, &sums(["s32", "u8"]), &invocation).unwrap();
    let shown: Vec<_> = narrow.differences.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["the result of `add(2, -5)` differs:\n  preview1:  -3\n  component: 253"]);
}

#[test]
fn a_library_is_only_initialized() {
    let module = wat::parse_str(r#"(module (func (export "_initialize")) (func (export "f")))"#).unwrap();
    let host = Host::new().unwrap();
    let verdict = verify(&host, &module, &component_that_does_nothing(), &invocation(vec![])).unwrap();
    assert_eq!((verdict.differences.len(), verdict.compared), (0, Compared::Initialization));
}
