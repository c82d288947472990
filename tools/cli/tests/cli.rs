//! The command line as a user meets it.

mod common;

use common::{Ran, golden, program, ran, run, tests_dir, text, wasi_adapt};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

#[test]
fn help_of_every_subcommand() {
    for name in ["", "link", "inspect", "run", "verify", "sdk", "completion"] {
        let args = [name, "--help"];
        let ran = ran(if name.is_empty() { &args[1..] } else { &args });
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
        assert!(ran.stdout.contains("Examples:"), "`{name} --help` has no examples");
        golden(
            &tests_dir().join(format!("help/{}.txt", if name.is_empty() { "wasi-adapt" } else { name })),
            &ran.stdout,
        );
    }
}

#[test]
fn wrong_usage_exits_with_2() {
    for args in
        [&["link", "--no-such-flag"] as &[_], &["run"], &["run", "--dir", "::/", "x"], &["link", "--adapt", "/"]]
    {
        let ran = ran(args);
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{args:?}");
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    }
}

#[test]
fn errors_are_chains() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("missing.wasm");
    let expected =
        format!("error: reading `{}`\n\nCaused by:\n    No such file or directory (os error 2)\n", missing.display());
    assert_eq!(ran(&["link", text(&missing)]), Ran { status: 1, stdout: "".into(), stderr: expected });

    let coloured = ran(&["link", "--color", "always", text(&missing)]);
    assert!(coloured.stderr.contains("\u{1b}[1m\u{1b}[31merror:\u{1b}[0m "), "{:?}", coloured.stderr);
}

#[test]
fn what_is_not_webassembly_is_said_to_be_not() {
    for (input, message) in [
        ("", "error: stdin is empty: there is no WebAssembly in it\n"),
        ("garbage", "error: stdin is neither binary WebAssembly nor its text format\n"),
        (
            "\u{0}asm\u{1}\u{0}\u{0}\u{0}\u{1}",
            "error: inspecting stdin\n\nCaused by:\n    0: this is not a valid WebAssembly module\n",
        ),
    ] {
        let output = run(&mut wasi_adapt(&["inspect"]), input.as_bytes());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.starts_with(message), "{stderr}");
        assert_eq!(output.status.code(), Some(1));
    }
}

#[test]
fn link_reads_stdin_and_writes_stdout_or_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("out.wasm");
    let hello = fs::read(program("hello.wat")).unwrap();

    let piped = run(&mut wasi_adapt(&["link"]), &hello);
    assert_eq!((piped.status.code(), piped.stderr.as_slice()), (Some(0), b"" as &[u8]));
    let named = ran(&["link", &program("hello.wat"), "-o", text(&file)]);
    assert_eq!(named, Ran { status: 0, stdout: "".into(), stderr: "".into() });
    assert!(fs::read(&file).unwrap() == piped.stdout, "the same component either way");

    let printed = ran(&["link", "-t", &program("hello.wat")]);
    assert!(wat::parse_str(&printed.stdout).is_ok() && printed.stdout.starts_with("(component"));
    let said = ran(&["link", "-v", &program("hello.wat"), "-o", "-", "-t"]);
    assert!(
        said.stderr.starts_with("adapters: wasi_snapshot_preview1 (built in), wasi_unstable (built in)\nsize: "),
        "{}",
        said.stderr
    );
}

#[test]
fn link_makes_components_of_many_modules() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("new/components");
    let bad = dir.path().join("bad.wat");
    fs::write(&bad, "(module (import \"nobody\" \"f\" (func)))").unwrap();
    let modules = ["hello", "trap", "cat"].map(|name| program(&format!("{name}.wat")));
    let link = |more: &[&str]| {
        let [hello, trap, cat] = modules.each_ref().map(String::as_str);
        ran(&[&["link", "--out-dir", text(&out)], &[hello, trap] as &[&str], more, &[cat]].concat())
    };
    assert_eq!(link(&[]), Ran { status: 0, stdout: "".into(), stderr: "".into() });
    for (name, module) in ["hello", "trap", "cat"].iter().zip(&modules) {
        let alone = dir.path().join("alone.wasm");
        assert_eq!(ran(&["link", module, "-o", text(&alone)]).status, 0);
        let component = out.join(name).with_extension("component.wasm");
        assert!(fs::read(&alone).unwrap() == fs::read(&component).unwrap(), "the same as alone");
        fs::remove_file(component).unwrap();
    }

    let failed = link(&[text(&bad), "missing.wasm"]);
    assert_eq!(failed.status, 1);
    let said = ["bad.wat` cannot become a component", "reading `missing.wasm`", "2 of 5 modules were not linked"];
    let places = said.map(|part| failed.stderr.find(part).unwrap_or_else(|| panic!("{part}:\n{}", failed.stderr)));
    assert!(places.is_sorted(), "{}", failed.stderr);
    assert_eq!(fs::read_dir(&out).unwrap().count(), 3, "the others are there");
}

#[test]
fn many_components_need_a_file_each() {
    let dir = tempfile::tempdir().unwrap();
    let again = dir.path().join("hello.wasm");
    fs::write(&again, "(module)").unwrap();
    let [hello, again, here] = [&program("hello.wat"), text(&again), text(dir.path())];
    for args in [&["link", hello, again] as &[_], &["link", hello, "--out-dir", here, "-o", "x.wasm"]] {
        let ran = ran(args);
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    }
    let refused = ran(&["link", hello, again, "-", "--emit", "module", "--out-dir", here]);
    assert_eq!(refused.status, 1);
    for part in ["would both become", "hello.wasm` would be overwritten", "stdin has no name", "remedy: "] {
        assert!(refused.stderr.contains(part), "{part}:\n{}", refused.stderr);
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is written");
}

#[test]
fn an_output_file_is_like_any_other_file() {
    let dir = tempfile::tempdir().unwrap();
    let [plain, real, link] = ["plain", "real", "link"].map(|name| dir.path().join(name));
    fs::write(&plain, "").unwrap();
    symlink(&real, &link).unwrap();
    fs::write(&real, "old").unwrap();
    for target in [text(&link), "/dev/null"] {
        assert_eq!(ran(&["link", &program("trap.wat"), "-o", target]).status, 0);
    }
    assert!(link.is_symlink(), "the link stays");
    assert!(fs::read(&real).unwrap().starts_with(b"\0asm"), "and what it leads to is new");
    assert_ne!(fs::metadata("/dev/null").unwrap().mode() & CHARACTER_DEVICE, 0, "a device stays a device");

    let fresh = dir.path().join("fresh");
    assert_eq!(ran(&["link", &program("trap.wat"), "-o", text(&fresh)]).status, 0);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&fresh), mode(&plain), "the umask is honoured");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 4, "nothing temporary is left");

    let failed = ran(&["link", &program("trap.wat"), "-o", text(&dir.path().join("no/such/dir"))]);
    assert_eq!(failed.status, 1);
    assert!(failed.stderr.starts_with("error: writing `"), "{}", failed.stderr);
}

/// The bit that marks a character device.
const CHARACTER_DEVICE: u32 = 0o020000;

#[test]
fn a_closed_pipe_is_silent() {
    let hello = program("hello.wat");
    for args in
        [&["link", &hello] as &[_], &["inspect", &hello], &["completion", "zsh"], &["--help"], &["link", "--help"]]
    {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = wasi_adapt(args).stdout(writer).stderr(std::process::Stdio::piped()).spawn().unwrap();
        let output = output.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"" as &[u8]), "{args:?}");
    }
}

#[test]
fn sdk_writes_libraries_and_adapters_that_link_accepts() {
    let dir = tempfile::tempdir().unwrap();
    let sdk = dir.path().join("new/sdk");
    assert_eq!(ran(&["sdk", text(&sdk)]), Ran { status: 0, stdout: "".into(), stderr: "".into() });
    let adapters = sdk.join("adapters");
    let mut names: Vec<_> =
        fs::read_dir(&adapters).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["command", "proxy", "reactor"].map(|world| format!("wasi_snapshot_preview1.{world}.wasm")));

    let library = |name: &str| fs::read(sdk.join("lib").join(name)).unwrap();
    for name in ["", ".reactor", ".proxy"].map(|world| format!("libwasi_preview1_adapter{world}.a")) {
        assert!(library(&name).starts_with(b"!<arch>\n"), "{name}");
    }

    let command = adapters.join("wasi_snapshot_preview1.command.wasm");
    let hello = program("hello.wat");
    let output = |args: &[&str]| run(&mut wasi_adapt(args), b"").stdout;
    let given = output(&["link", &hello, "--adapt", text(&command)]);
    assert!(
        given == output(&["link", &hello, "--layout", "adapter"]),
        "the adapter that is written is the one that is built in"
    );
    let named = format!("wasi_snapshot_preview1={}", command.display());
    assert!(given == output(&["link", &hello, "--adapt", &named]));

    let twice = ran(&["link", &hello, "--adapt", &named, "--adapt", &named]);
    assert!(twice.stderr.contains("names the adapter `wasi_snapshot_preview1` twice"), "{}", twice.stderr);
}

#[test]
fn the_version_is_said_wherever_it_is_asked_for() {
    let expected = format!("wasi-adapt {}\n", env!("CARGO_PKG_VERSION"));
    for args in [&["--version"] as &[_], &["version"], &["run", "--version"], &["link", "-V"]] {
        assert_eq!(ran(args), Ran { status: 0, stdout: expected.clone(), stderr: "".into() }, "{args:?}");
    }
}

#[test]
fn arguments_that_are_not_utf8_are_named() {
    let bad = OsStr::from_bytes(b"a\xffb");
    for args in [&["run", &program("given.wat")] as &[_], &["run", "--env"], &["verify", "--argv0"]] {
        let output = run(wasi_adapt(args).arg(bad), b"");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.starts_with("error: arguments are UTF-8 text, but not \"a\\xFFb\"\n"), "{stderr}");
        assert_eq!(output.status.code(), Some(2));
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(bad);
    fs::copy(program("hello.wat"), &file).unwrap();
    assert_eq!(run(wasi_adapt(&["run"]).arg(&file), b"").status.code(), Some(3), "a file may have any name");
}
