//! Files are read from this machine or refused, and come out again.

use super::{Embedded, EntryKind, FileTree, Image};
use crate::{LinkError, Linker};
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;

/// A program that can open files.
const PROGRAM: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_prestat_get" (func (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1) (data "passive") (data (i32.const 0) "active")
    (func (export "_start")
        (drop (call 0 (i32.const 3) (i32.const 8)))
        (drop (call 1 (i32.const 3) (i32.const 8) (i32.const 1) (i32.const 0)))))"#;

fn made(host: &Path) {
    fs::create_dir_all(host.join("lib/deep")).unwrap();
    fs::create_dir(host.join("empty")).unwrap();
    for (name, contents) in [("lib/a", "same"), ("lib/deep/b", "same"), ("c", ""), ("größe", "other")] {
        fs::write(host.join(name), contents).unwrap();
    }
    symlink("../c", host.join("lib/link")).unwrap();
    symlink("nowhere/at/all", host.join("dangling")).unwrap();
}

/// Paths, each with what is there.
fn listed(tree: FileTree) -> (Vec<String>, Vec<String>) {
    let linked = Linker::new().embed(tree).link(PROGRAM.as_bytes()).unwrap();
    let embedded = Embedded::find(&linked.wasm).unwrap().expect("files are embedded");
    let entries = embedded.entries().iter().map(|entry| match &entry.kind {
        EntryKind::Directory => format!("{}/", entry.path),
        EntryKind::File(contents) => format!("{} = {}", entry.path, String::from_utf8_lossy(contents)),
        EntryKind::Link(target) => format!("{} -> {target}", entry.path),
        EntryKind::Device => format!("{} is a device", entry.path),
    });
    (entries.collect(), embedded.preopens().to_vec())
}

#[test]
fn a_directory_comes_out_as_it_went_in() {
    let host = tempfile::tempdir().unwrap();
    made(host.path());
    let mut tree = FileTree::new();
    tree.embed(host.path(), "/usr");
    let (entries, preopens) = listed(tree);
    let expected = [
        "/",
        "usr/",
        "usr/c = ",
        "usr/dangling -> nowhere/at/all",
        "usr/empty/",
        "usr/größe = other",
        "usr/lib/",
        "usr/lib/a = same",
        "usr/lib/deep/",
        "usr/lib/link -> ../c",
        "usr/lib/deep/b = same",
    ];
    assert_eq!(entries, expected);
    assert_eq!(preopens, ["/usr"]);
}

#[test]
fn the_same_files_give_the_same_bytes_and_equal_contents_are_there_once() {
    let content = "x".repeat(100_000);
    let image = |names: &[&str], seconds| {
        let mut tree = FileTree::new();
        tree.time(seconds).preopen("/");
        names.iter().for_each(|name| _ = tree.file(name, &content));
        Image::of(&tree).bytes
    };
    assert_eq!(image(&["/a", "/b"], 0), image(&["b", "/a"], 0));
    assert_ne!(image(&["/a"], 0), image(&["/a"], 1));
    assert!(image(&["/a", "/b", "/c"], 0).len() < content.len() + 1000);
}

#[test]
fn several_sources_become_one_tree() {
    let host = tempfile::tempdir().unwrap();
    made(host.path());
    let mut tree = FileTree::new();
    fs::remove_file(host.path().join("lib/link")).unwrap();
    tree.embed(host.path().join("lib"), "/lib").embed(host.path().join("c"), "/lib/a");
    tree.embed(host.path().join("lib/a"), "/etc/conf").embed(host.path().join("c"), "here").preopen(".");
    let (entries, preopens) = listed(tree);
    assert!(entries.contains(&"lib/a = ".into()), "the later file replaces the earlier: {entries:?}");
    assert!(entries.contains(&"etc/conf = same".into()) && entries.contains(&"here = ".into()), "{entries:?}");
    assert_eq!(preopens, ["/lib", "/etc", "."]);
}

/// The messages about what cannot be embedded.
fn refused(tree: FileTree) -> Vec<String> {
    match Linker::new().embed(tree).link(PROGRAM.as_bytes()) {
        Err(LinkError::Problems(problems)) => problems.into_iter().map(|problem| problem.message).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn everything_that_cannot_be_embedded_is_named_at_once() {
    let host = tempfile::tempdir().unwrap();
    made(host.path());
    let _socket = UnixListener::bind(host.path().join("socket")).unwrap();
    let links = [("absolute", "/etc/passwd"), ("escape", "lib/../../x"), ("loop", "pool"), ("pool", "./loop")];
    for (name, target) in links {
        symlink(target, host.path().join(name)).unwrap();
    }
    let mut tree = FileTree::new();
    tree.embed(host.path(), "/").embed("nowhere", "/nowhere").embed("/dev/null", "/dev/null").embed(".", "../out");
    let problems = refused(tree);
    let expected = [
        "/socket` is a socket",
        "`nowhere` cannot be read: No such file",
        "`/dev/null` is a device",
        "cannot have a file at `../out`, which leads out",
        "/absolute` is a link to `/etc/passwd`, which is absolute",
        "/escape` is a link to `lib/../../x`, which leads out of the directory",
        "/loop` is a link to `pool`, which leads in a circle",
        "/pool` is a link to `./loop`, which leads in a circle",
    ];
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, expected) in problems.iter().zip(expected) {
        assert!(problem.contains(expected), "{problem}\nand not\n{expected}");
    }
}

#[test]
fn names_that_no_program_can_use_are_refused() {
    let long = format!("/{}", "n".repeat(256));
    for (path, expected) in [("/a/../b", "leads out"), ("/a\0b", "NUL"), (&*long, "longer"), ("/", "names no file")] {
        let mut tree = FileTree::new();
        tree.file(path, "");
        assert!(refused(tree)[0].contains(expected), "{path}");
    }
    let mut tree = FileTree::new();
    tree.file("/a", "").file("/a/b", "");
    assert!(refused(tree)[0].contains("both a directory and a file"));
}

#[test]
fn paths_that_are_too_long_are_refused() {
    let mut tree = FileTree::new();
    tree.file(&"n/".repeat(32 << 10), "");
    assert!(refused(tree)[0].contains("is longer than a path can be"));

    // Each of both can be a path, and together they cannot.
    let host = tempfile::tempdir().unwrap();
    let half = vec!["n".repeat(200); 11].join("/");
    fs::create_dir_all(host.path().join(&half).join("around/both")).unwrap();
    let mut tree = FileTree::new();
    tree.embed(host.path(), &half);
    assert!(matches!(&refused(tree)[..], [one] if one.contains("a path of 4220 bytes")), "one of all that are in it");
}

#[test]
fn a_directory_may_be_large_and_deep() {
    const MANY: usize = 100_000;
    let deep = "d/".repeat(super::PATH / 2);
    let mut tree = FileTree::new();
    for number in 0..MANY {
        tree.file(&format!("/many/{number}"), "");
    }
    tree.file(&format!("{deep}f"), "deep");
    let (entries, _) = listed(tree);
    assert_eq!(entries.len(), 1 + 1 + MANY + super::PATH / 2 + 1);
    assert!(entries.contains(&format!("{deep}f = deep")) && entries.contains(&"many/99999 = ".into()));
}

#[test]
fn a_program_that_opens_no_files_gets_none() {
    let mut tree = FileTree::new();
    tree.file("/a", "contents").preopen("/");
    let module = r#"(module (memory (export "memory") 1) (func (export "_start")))"#;
    let linked = Linker::new().embed(tree).link(module.as_bytes()).unwrap();
    assert!(Embedded::find(&linked.wasm).unwrap().is_none());
    assert!(linked.warnings.iter().any(|warning| warning.contains("opens no files")), "{:?}", linked.warnings);
}

#[test]
fn damaged_images_are_refused() {
    let mut tree = FileTree::new();
    tree.file("/dir/file", "contents").link("/link", "dir").preopen("/");
    let mut linked = Linker::new().embed(tree).link(PROGRAM.as_bytes()).unwrap().wasm;
    let start = linked.windows(16).position(|bytes| bytes == super::image::MAGIC).unwrap();
    for at in start + 16..start + 300 {
        for flip in [1, 0x80, 0xff] {
            linked[at] ^= flip;
            _ = Embedded::find(&linked); // It may be another tree, or an error.
            linked[at] ^= flip;
        }
    }
    let number_of_nodes = start + 24;
    linked[number_of_nodes + 3] = 0xff;
    assert!(Embedded::find(&linked).unwrap_err().to_string().contains("cannot be read"));
}

#[test]
fn devices_take_the_places_of_files_and_leave_the_rest() {
    let mut tree = FileTree::new();
    tree.file("dev/null", "no device").file("dev/other", "a file").link("dev/fd", "elsewhere").devices();
    let (entries, preopens) = listed(tree);
    assert_eq!(preopens, ["/dev"]);
    let expected = [
        "/",
        "dev/",
        "dev/fd/",
        "dev/full is a device",
        "dev/null is a device",
        "dev/other = a file",
        "dev/random is a device",
        "dev/stderr -> fd/2",
        "dev/stdin -> fd/0",
        "dev/stdout -> fd/1",
        "dev/tty is a device",
        "dev/urandom is a device",
        "dev/zero is a device",
    ];
    assert_eq!(entries, expected);

    let mut tree = FileTree::new();
    tree.file("dev/null/file", "").directory("dev/fd").devices();
    let LinkError::Problems(problems) = Linker::new().embed(tree).link(PROGRAM.as_bytes()).unwrap_err() else {
        panic!()
    };
    assert_eq!(problems.as_slice().len(), 2, "{problems}");
}
