//! The command line as a user meets it.

mod common;

use common::{Ran, golden, ran, run, tests_dir, wasi_adapt};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

/// A program of `tests/programs`.
fn program(name: &str) -> String {
    tests_dir().join("programs").join(name).to_str().unwrap().into()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

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
        [&["link", "--no-such-flag"] as &[_], &["run"], &["run", "x", "--dir", "::/"], &["link", "--adapt", "/"]]
    {
        let ran = ran(args);
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{args:?}");
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    }
}

#[test]
fn errors_are_chains_with_numbers() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("missing.wasm");
    let expected = format!(
        "error: reading `{}`\n\nCaused by:\n    0: No such file or directory (os error 2)\n",
        missing.display()
    );
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
fn run_gives_the_programs_output_and_status() {
    let ran = ran(&["run", &program("hello.wat")]);
    assert_eq!(ran, Ran { status: 3, stdout: "hello\n".into(), stderr: "err\n".into() });
    let portable = common::ran(&["run", "--exit-codes", "portable", &program("hello.wat")]);
    assert_eq!(portable.status, 1);
}

#[test]
fn run_takes_components_too() {
    let dir = tempfile::tempdir().unwrap();
    let component = dir.path().join("hello.component.wasm");
    assert_eq!(ran(&["link", &program("hello.wat"), "-o", text(&component)]).status, 0);
    assert_eq!(ran(&["run", text(&component)]).stdout, "hello\n");
}

#[test]
fn run_passes_stdin_on() {
    let stdin: Vec<u8> = (0..300_000u32).map(|n| (n % 253) as u8).collect();
    let output = run(&mut wasi_adapt(&["run", &program("cat.wat")]), &stdin);
    assert!(output.stdout == stdin && output.status.success());
}

#[test]
fn run_gives_arguments_and_environment() {
    let given = program("given.wat");
    assert_eq!(ran(&["run", &given, "--", "a b", "--dir"]).stdout, "given.wat\0a b\0--dir\0");
    assert_eq!(ran(&["run", "--argv0", "me", "--env", "A=1=2", "--env", "B=", &given]).stdout, "me\0A=1=2\0B=\0");

    let mut inherits = wasi_adapt(&["run", "--argv0", "", "--inherit-env", "--env", "B=new", "--env", "A", &given]);
    let output = run(inherits.env_clear().env("A", "1").env("B", "old"), b"");
    let mut parts: Vec<_> = output.stdout.split(|&byte| byte == 0).map(|part| str::from_utf8(part).unwrap()).collect();
    parts.sort();
    assert_eq!(parts, ["", "", "A=1", "B=new"]);
}

#[test]
fn run_gives_directories_under_their_names() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("in.txt");
    for mapping in [format!("{}::/", dir.path().display()), dir.path().display().to_string()] {
        fs::write(&file, "").unwrap();
        assert_eq!(ran(&["run", &program("remove.wat"), "--dir", &mapping]).status, 0);
        assert!(!file.exists());
    }
    assert_ne!(ran(&["run", &program("remove.wat")]).status, 0, "no directory, no file");
}

#[test]
fn a_trap_is_reported_as_an_abort() {
    let ran = ran(&["run", &program("trap.wat")]);
    assert_eq!(ran.status, 134);
    for part in ["error: ", "trapped", "wasm backtrace", "inner", "wasm `unreachable` instruction executed"] {
        assert!(ran.stderr.contains(part), "`{part}` is missing from\n{}", ran.stderr);
    }
}

#[test]
fn what_cannot_be_run_is_an_error() {
    let ran = ran(&["run", text(&tests_dir().join("inspect/reactor.wat"))]);
    assert_eq!(ran.status, 1);
    assert!(ran.stderr.contains("there is nothing to run in"), "{}", ran.stderr);
}

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
    let ran = ran(&["verify", &program("remove.wat"), "--dir", text(dir.path())]);
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
fn completion_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = ran(&["completion", shell]);
        assert_eq!(ran.status, 0);
        assert!(ran.stdout.contains("wasi-adapt") && ran.stdout.contains("inherit-network"), "{shell}");
    }
}
