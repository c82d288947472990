//! `wasi-adapt verify`, as a user meets it.

mod common;

use common::{Ran, program, ran, run, text, wasi_adapt};
use std::fs;

#[test]
fn verify_says_that_nothing_differs() {
    let hello = program("hello.wat");
    let expected =
        format!("`{hello}` behaves the same as a component: exit status 3, 6 bytes of stdout, 4 of stderr\n");
    assert_eq!(ran(&["verify", &hello]), Ran { status: 0, stdout: expected, stderr: "".into() });

    let output = run(&mut wasi_adapt(&["verify", &program("cat.wat")]), b"some input");
    assert!(String::from_utf8(output.stdout).unwrap().ends_with(": exit status 0, 10 bytes of stdout, 0 of stderr\n"));
}

#[test]
fn verify_leaves_the_directories_alone() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("in.txt"), "").unwrap();
    let ran = ran(&["verify", "--dir", text(dir.path()), &program("remove.wat")]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
    assert!(dir.path().join("in.txt").exists());
}

#[test]
fn verify_says_what_differs() {
    let ran = ran(&["verify", &program("random.wat")]);
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""));
    for part in
        ["behaves differently as a component, in 1 way\n", "stdout differs at byte ", "depends on time or chance"]
    {
        assert!(ran.stdout.contains(part), "`{part}` is missing from\n{}", ran.stdout);
    }
}
