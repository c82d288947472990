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
    for name in ["", "link", "inspect", "run", "serve", "verify", "extract", "sdk", "completion"] {
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

/// Validation knows places in the binary, which nobody has written.
#[test]
fn what_is_wrong_in_a_text_has_a_line() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("wrong.wat");
    let wrong = "(module (import \"env\" \"f\" (func)) (func)\n  (func (result i32)\n    i32.const 1\n    (i64.add (i64.const 1)\n      (i32.const 2))))";
    for (text_of_it, place) in [
        (wrong, "4:6: type mismatch"),
        ("(module (func $f (result i32)\n  nop))", "1:10: type mismatch"),
        ("(module\n (export \"x\" (func 7)))", "unknown function"),
        ("(module\n (fun))", "2:3"),
    ] {
        fs::write(&file, text_of_it).unwrap();
        for command in ["link", "inspect", "run"] {
            let ran = ran(&[command, text(&file)]);
            assert_eq!(ran.status, 1);
            assert!(ran.stderr.contains(place), "{place}:\n{}", ran.stderr);
        }
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
fn an_input_is_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let [module, same] = ["hello.wat", "same.wat"].map(|name| dir.path().join(name));
    fs::copy(program("hello.wat"), &module).unwrap();
    symlink(&module, &same).unwrap();
    let link = |more: &[&str]| ran(&[&["link", text(&module)], more].concat());
    for output in [&module, &same] {
        let refused = link(&["-o", text(output)]);
        assert_eq!(refused.status, 1);
        assert!(
            refused.stderr.contains("is the module itself") && refused.stderr.contains("`--force`"),
            "{}",
            refused.stderr
        );
    }
    assert_eq!(fs::read(&module).unwrap(), fs::read(program("hello.wat")).unwrap());
    assert_eq!(link(&["-o", text(&same), "--force"]).status, 0);
    assert!(fs::read(&module).unwrap().starts_with(b"\0asm"));
}

#[test]
fn an_adapter_for_nothing_is_a_warning() {
    let dir = tempfile::tempdir().unwrap();
    let [adapter, needs] = ["adapter.wat", "needs.wat"].map(|name| dir.path().join(name));
    fs::write(&adapter, "(module (func (export \"f\")))").unwrap();
    fs::write(&needs, "(module (import \"env\" \"f\" (func)))").unwrap();
    let adapt = ["--adapt", &format!("env={}", adapter.display()), "--adapt", &format!("other={}", adapter.display())];
    let [out, hello] = [text(dir.path()), &program("hello.wat")];
    let warned = |args: &[&str]| {
        let ran = ran(&[args, &adapt].concat());
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        let names = ["`env`", "`other`"];
        names.map(|name| ran.stderr.contains(&format!("warning: the adapter for {name} is not used")))
    };
    for args in [&["link", "-t"] as &[_], &["inspect"]] {
        assert_eq!(warned(&[args, &[hello]].concat()), [true, true]);
        assert_eq!(warned(&[args, &[text(&needs)]].concat()), [false, true]);
    }
    assert_eq!(warned(&["inspect", hello, text(&needs)]), [false, true]);
    assert_eq!(warned(&["link", hello, text(&needs), "--out-dir", out]), [false, true]);
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
    assert!(failed.stderr.contains("no/such`\n  remedy: make it first"), "{}", failed.stderr);
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
