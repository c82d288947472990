//! `wasi-adapt verify`, as a user meets it.

mod common;

use common::{Ran, program, ran, run, text, wasi_adapt};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::time::{Duration, Instant};

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

/// The JSON of `verify`, without the path of the program.
fn json(args: &[&str], status: i32) -> serde_json::Value {
    let ran = ran(&[&["verify", "--json"], args].concat());
    assert_eq!(ran.status, status, "{}", ran.stdout);
    let mut json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let file = json["file"].take();
    assert_eq!(file.as_str(), args.last().copied());
    json
}

#[test]
fn verify_says_it_as_json() {
    let ended = |exit_status: i32, stdout: usize, stderr: usize| {
        serde_json::json!({ "exit_status": exit_status, "trap": null, "results": [],
            "stdout_bytes": stdout, "stderr_bytes": stderr })
    };
    let same = serde_json::json!({
        "schema": 1, "file": null, "result": "same", "compared": "program", "module": ended(3, 6, 4),
        "component": ended(3, 6, 4), "files": 0, "differences": [], "steady": null, "error": null,
        "trace": null
    });
    assert_eq!(json(&[&program("hello.wat")], 0), same);

    let different = json(&[&program("random.wat")], 1);
    assert_eq!((different["result"].as_str(), different["steady"].as_bool()), (Some("different"), Some(false)));
    let difference = &different["differences"][0];
    assert_eq!((difference["kind"].as_str(), difference["path"].as_str()), (Some("stdout"), None));
    assert!(difference["message"].as_str().unwrap().starts_with("stdout differs at byte "), "{difference}");

    let library = json(&[&program("library.wat")], 0);
    assert_eq!((library["result"].as_str(), library["compared"].as_str()), (Some("same"), Some("initialization")));

    let failed = json(&["missing.wasm"], 2);
    assert_eq!(failed["result"].as_str(), Some("failed"));
    let error = serde_json::json!({ "message": "reading `missing.wasm`", "causes": ["No such file or directory (os error 2)"] });
    assert_eq!(failed["error"], error);
}

#[test]
fn what_cannot_be_verified_exits_with_2() {
    assert_eq!(ran(&["verify", "missing.wasm"]).status, 2);
    assert_eq!(ran(&["verify", "--no-such-option", &program("hello.wat")]).status, 2);
}

#[test]
fn verify_of_a_library_says_that_nothing_was_called() {
    let library = program("library.wat");
    let ran = ran(&["verify", &library]);
    let expected = format!(
        "`{library}` was only initialised, nothing was called: module and component did the same in that, \
         0 bytes of stdout, 0 of stderr\n  remedy: name functions to call, with `--invoke NAME,ARG..`\n"
    );
    assert_eq!((ran.status, ran.stdout), (0, expected));
    assert!(
        ran.stderr.starts_with("warning: all that can be run of the component is its `_initialize`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn verify_calls_functions_on_both_sides() {
    let library = program("library.wat");
    let called = ran(&["verify", "--invoke", "add_up,2,-5", "--invoke", "add_up(40, 2)", &library]);
    let expected =
        format!("`{library}` behaves the same as a component: 2 calls, -3, 42, 0 bytes of stdout, 0 of stderr\n");
    assert_eq!(called, Ran { status: 0, stdout: expected, stderr: "".into() });
    let json = json(&["--invoke", "add_up,2,3", &library], 0);
    assert_eq!((json["compared"].as_str(), json["module"]["results"][0].as_str()), (Some("calls"), Some("5")));
    let unknown = ran(&["verify", "--invoke", "sub", &library]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.stderr.contains("\"sub\"; there are:"), "{}", unknown.stderr);
}

#[test]
fn verify_gives_adapters_to_both() {
    let dir = tempfile::tempdir().unwrap();
    let adapter = dir.path().join("other.wat");
    let write = |import: &str, result: i32| {
        let function = format!("(func (export \"answer\") (result i32) (i32.const {result}))");
        fs::write(&adapter, format!("(module {import} {function})")).unwrap();
    };
    let verify = || ran(&["verify", "--adapt", text(&adapter), &program("adapted.wat")]);
    write("", 7);
    assert!(verify().stdout.contains("behaves the same as a component: exit status 7"), "{:?}", verify());
    // An adapter cannot import functions that a preview1 host lacks.
    write(r#"(import "wasi:random/random@0.2.0" "get-random-u64" (func (result i64)))"#, 7);
    let refused = verify();
    assert_eq!(refused.status, 2);
    for part in ["the adapter \"other\" cannot serve a module on the preview1 host", "wasi:random/random@0.2.0"] {
        assert!(refused.stderr.contains(part), "`{part}` is missing from\n{}", refused.stderr);
    }
}

/// Waits for a condition.
fn until(mut it: impl FnMut() -> bool) {
    let start = Instant::now();
    while !it() {
        assert!(start.elapsed() < Duration::from_secs(60), "it takes too long");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The module may only read files that cannot be changed in the component.
#[test]
fn verify_gives_embedded_files_to_both() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("in.txt"), "").unwrap();
    let (embedded, program) = (format!("{}::/dir", dir.path().display()), program("remove.wat"));
    for (option, status) in [("--embed", 63), ("--embed-writable", 0)] {
        let ran = ran(&["verify", option, &embedded, "--dir", text(dir.path()), &program]);
        let expected = format!(": exit status {status}, 0 bytes of stdout, 0 of stderr, 2 files\n");
        assert!(ran.stderr.is_empty() && ran.stdout.ends_with(&expected), "{ran:?}");
    }
    assert!(dir.path().join("in.txt").exists());
    // The host's directory of this name is not seen.
    let hidden = tempfile::tempdir().unwrap();
    let ran_with =
        ["verify", "--embed-writable", &embedded, "--dir", &format!("{}::dir/", hidden.path().display()), &program];
    assert_eq!(ran(&ran_with).status, 0);
    let refused = ran(&["verify", "--dev", &program]);
    assert!(refused.status == 2 && refused.stderr.contains("remedy: leave out `--dev`"), "{refused:?}");
}

#[test]
fn a_signal_leaves_no_copies_behind() {
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [data, temporary] = dirs.each_ref().map(|dir| dir.path());
    for n in 0..2000 {
        fs::write(data.join(n.to_string()), "x").unwrap();
    }
    let count = |dir: &Path| fs::read_dir(dir).map_or(0, Iterator::count);
    let copy = || fs::read_dir(temporary).unwrap().next().map(|scratch| scratch.unwrap().path());
    let copies = || fs::read_dir(copy()?).ok()?.map(|copy| Some(count(&copy.ok()?.path().join("dir")))).max()?;
    let (embedded, forever) = (format!("{}::/embedded", data.display()), program("forever.wat"));
    // While it copies, and while the program makes directories.
    for (signal, least, more) in [
        (libc::SIGINT, 1, &[][..]),
        (libc::SIGTERM, 1, &[]),
        (libc::SIGINT, 2001, &[]),
        (libc::SIGINT, 1, &["--embed", &embedded]),
    ] {
        let args = [&["verify", "--dir", text(data)], more, &[&forever]].concat();
        let mut command = wasi_adapt(&args);
        let mut child = command.env("TMPDIR", temporary).spawn().unwrap();
        until(|| copies().is_some_and(|count| count >= least));
        // SAFETY: it is a signal for a process of ours that has not been waited for.
        assert_eq!(unsafe { libc::kill(child.id() as i32, signal) }, 0);
        assert_eq!(child.wait().unwrap().signal(), Some(signal), "it ends as the signal would have ended it");
        assert_eq!(count(temporary), 0, "nothing is left");
    }
}
