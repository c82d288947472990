//! Sealed components: variables and arguments in them, and denials.

mod common;

use common::{Ran, program, ran, text};
use std::fs;

fn refused(status: i32, args: &[&str]) -> String {
    let Ran { status: found, stdout, stderr } = ran(args);
    assert_eq!((found, &*stdout), (status, ""), "{stderr}");
    stderr
}

#[test]
fn what_is_not_known_cannot_be_denied() {
    let stderr = refused(2, &["link", &program("hello.wat"), "--deny", "everything"]);
    assert!(stderr.contains("it is one of filesystem, network, name-lookup, env, args, stdin,"), "{stderr}");
    assert!(stderr.contains("or all"), "{stderr}");
}

#[test]
fn variables_have_a_name_and_a_value() {
    for bad in ["NAME", "=value", "", "\u{202e}"] {
        let stderr = refused(2, &["link", &program("hello.wat"), "--env", bad]);
        assert!(stderr.contains("NAME=VALUE"), "{stderr}");
    }
    let stderr = refused(2, &["link", &program("hello.wat"), "--cwd", "here"]);
    assert!(stderr.contains("it is an absolute path"), "{stderr}");
}

#[test]
fn a_clock_has_a_time_and_a_step() {
    for (bad, expected) in [("today", "a time is given as 2026-01-31T12:00:00Z"), ("@0+1", "a step is given as 20ns")] {
        let stderr = refused(2, &["link", &program("hello.wat"), "--clock", bad]);
        assert!(stderr.contains(expected), "{stderr}");
    }
}

#[test]
fn inspect_tells_what_is_sealed_and_no_values() {
    let dir = tempfile::tempdir().unwrap();
    let (component, stdin) = (dir.path().join("sealed.wasm"), dir.path().join("stdin"));
    fs::write(&stdin, "seventeen letters").unwrap();
    let seal = [
        ["--env", "TOKEN=secret"],
        ["--env", "\u{202e}=secret"],
        ["--arg", "secret"],
        ["--argv0", "name"],
        ["--stdin", text(&stdin)],
        ["--clock", "@1769860800+1ms"],
        ["--random", "secret"],
        ["--deny", "filesystem"],
    ];
    let program = program("hello.wat");
    let link = [&["link", &program, "-o", text(&component)][..], seal.as_flattened()].concat();
    assert_eq!(ran(&link).stderr, "");
    let sealed = "
sealed
  without    filesystem, stdin, clocks, random
  variables  `TOKEN`, `\\u{202e}`
  arguments  the program's name, and 1
  stdin      17 bytes
  clock      2026-01-31T12:00:00Z+1ms
  random     not random: the same in each run, and known to whoever has the component
";
    let of_component = ran(&["inspect", text(&component)]).stdout;
    let of_module = ran(&[&["inspect", &program][..], seal.as_flattened()].concat()).stdout;
    for stdout in [of_component, of_module] {
        assert!(stdout.contains(sealed) && !stdout.contains("secret"), "{stdout}");
    }
    let json = ran(&["inspect", "--json", text(&component)]).stdout;
    assert!(json.contains(r#""predictable_random": true"#), "{json}");
    assert!(!ran(&["inspect", &program, "--json"]).stdout.contains("predictable_random"));
}

#[test]
fn all_bad_lines_of_all_files_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (dir.path().join("one"), dir.path().join("two"));
    fs::write(&one, "# a comment\nA=1\n\nno value\nB=2\n=3\n").unwrap();
    fs::write(&two, "nothing").unwrap();
    let stderr = refused(1, &["link", &program("hello.wat"), "--env-file", text(&one), "--env-file", text(&two)]);
    for expected in ["one`, line 4: ", "one`, line 6: ", "two`, line 1: "] {
        assert!(stderr.contains(expected), "{stderr}");
    }
}

#[test]
fn a_program_without_a_name_is_a_problem() {
    let args = ["link", "-t", &program("hello.wat"), "--arg", "x", "--host-values", "ignore"];
    let stderr = refused(1, &args);
    assert!(stderr.contains("remedy: give it a name with `--argv0 NAME`"), "{stderr}");
    assert!(!ran(&[&args[..], &["--argv0", "hello"]].concat()).stdout.is_empty());
}

#[test]
fn what_is_sealed_has_no_place_beside_an_adapter() {
    let stderr = refused(1, &["link", &program("hello.wat"), "--env", "A=1", "--layout", "adapter"]);
    assert!(stderr.contains("remedy: leave the choice of the layout to `--layout auto`"), "{stderr}");
    assert_eq!(ran(&["link", "-t", &program("hello.wat"), "--deny", "all", "--layout", "adapter"]).stderr, "");
}

#[test]
fn inspect_knows_what_is_denied() {
    let Ran { stdout, .. } = ran(&["inspect", &program("hello.wat")]);
    assert!(stdout.contains("wasi:cli/stdout"), "{stdout}");
    let Ran { stdout, .. } = ran(&["inspect", &program("hello.wat"), "--deny", "stdout"]);
    assert!(!stdout.contains("wasi:cli/stdout"), "{stdout}");
}

#[test]
fn strict_sealing_refuses_what_finds_nothing() {
    let denied = ["link", "-t", &program("remove.wat"), "--deny", "filesystem", "--deny", "random"];
    assert!(!ran(&denied).stdout.is_empty());
    let stderr = refused(1, &[&denied[..], &["--strict"]].concat());
    let expected = "it imports `path_unlink_file`, and `filesystem` is denied";
    assert!(stderr.contains(expected) && !stderr.contains("random"), "{stderr}");
    assert!(stderr.contains("remedy: allow it with `--allow filesystem`, or leave out `--strict`"), "{stderr}");
    let inspected = [&["inspect"], &denied[2..]].concat();
    let stdout = ran(&inspected).stdout;
    assert!(stdout.contains("\nrefused\n  filesystem  path_unlink_file\n"), "{stdout}");
}

const POLICY: &str = r#"
deny = ["all"]
allow = ["stdout"]
env = ["LANG=C"]
clock = "@0"

[[override]]
files = ["*.cgi.wat", "tools/*"]
allow = ["filesystem"]
random = "seed"
"#;

#[test]
fn a_policy_seals_a_fleet() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    fs::create_dir(path("in")).unwrap();
    for name in ["in/plain.wat", "in/page.cgi.wat"] {
        fs::copy(program("hello.wat"), path(name)).unwrap();
    }
    fs::write(path("policy.toml"), POLICY).unwrap();
    let (policy, input, out) = (path("policy.toml"), path("in"), path("out"));
    let args = ["link", text(&input), "--out-dir", text(&out), "--policy", text(&policy), "--env", "LANG=de"];
    assert_eq!(ran(&args).status, 0);
    let sealed = |name: &str| {
        let stdout = ran(&["inspect", text(&out.join(name))]).stdout;
        stdout[stdout.find("\nsealed").unwrap()..].to_owned()
    };
    let (plain, page) = (sealed("plain.component.wasm"), sealed("page.cgi.component.wasm"));
    let rest = "network, name-lookup, env, args, stdin, stderr, clocks, random, exit\n  variables  `LANG`\n  clock      1970-01-01T00:00:00Z\n";
    assert_eq!(plain, format!("\nsealed\n  without    filesystem, {rest}"));
    let random = "  random     not random: the same in each run, and known to whoever has the component\n";
    assert_eq!(page, format!("\nsealed\n  without    {rest}{random}"));
}

/// The command line counts more than overrides, and these more than the rest.
#[test]
fn a_policy_has_files_which_are_looked_for_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    fs::create_dir_all(path("fleet/site")).unwrap();
    for (name, contents) in [("fleet/site/a", "1"), ("fleet/b", "22"), ("fleet/c", "333"), ("own", "4444")] {
        fs::write(path(name), contents).unwrap();
    }
    let policy = "embed = [\"site::/site\", \"b::/site/b\"]\ntmp = true\n[[override]]\nfiles = [\"r*.wat\"]\n\
                  embed = [\"c::/site/b\"]\nwritable = [\"/data=64K\"]\ndev = true\n";
    fs::write(path("fleet/policy.toml"), policy).unwrap();
    for name in ["plain.wat", "rm.wat"] {
        fs::copy(program("remove.wat"), path(name)).unwrap();
    }
    let (linked, policy_file) = (path("linked.wasm"), path("fleet/policy.toml"));
    let files_of = |module: &str, more: &[&str]| {
        let module = path(module);
        let args = ["link", text(&module), "--policy", text(&policy_file), "-o", text(&linked)];
        assert_eq!(ran(&[&args, more].concat()).stderr, "");
        let stdout = ran(&["inspect", text(&linked)]).stdout;
        stdout[stdout.find("\nfiles").unwrap()..].to_owned()
    };
    let all = "\nfiles      2 with 3 bytes in 3 directories, 0 links\n  preopened as /site, /tmp\n  writable in memory: /tmp\n";
    assert_eq!(files_of("plain.wat", &[]), all);
    let overridden = "\nfiles      2 with 4 bytes in 6 directories, 3 links\n  preopened as /site, /tmp, /data, /dev\n  \
                      writable in memory: /data, /tmp\n  devices in /dev\n";
    assert_eq!(files_of("rm.wat", &[]), overridden);
    let own = format!("{}::/site/b", path("own").display());
    assert_eq!(files_of("rm.wat", &["--embed", &own]), overridden.replace("4 bytes", "5 bytes"));

    fs::write(&policy_file, "embed = [\"none\"]").unwrap();
    let stderr = refused(1, &["link", &program("remove.wat"), "--policy", text(&policy_file)]);
    assert!(stderr.contains("fleet/none") && stderr.contains("No such file"), "{stderr}");
}

#[test]
fn mistakes_in_a_policy_are_named_with_their_line() {
    let dir = tempfile::tempdir().unwrap();
    let policy = dir.path().join("policy.toml");
    for (text_of_policy, expected) in [
        ("deny = [\"all\"]\nalow = [\"stdout\"]", "unknown field `alow`, expected one of"),
        ("\ndeny = [\"every\"]", "it is one of filesystem, network,"),
        ("\nclock = \"now\"", "a time is given as"),
        ("\nembed = [\"::x\"]", "files are given as HOST or as HOST::GUEST"),
        ("\nwritable = [\"/data=much\"]", "a directory is given as GUEST or as GUEST=SIZE"),
        ("\nstdout = \"file\"", "it is one of `host`, `null`"),
        ("\n[[override]]\nfiles = [\"***\"]", "wildcards are either regular `*` or recursive `**`"),
        ("\npolicy = \"other.toml\"", "unknown field `policy`"),
    ] {
        fs::write(&policy, text_of_policy).unwrap();
        let stderr = refused(1, &["link", &program("hello.wat"), "--policy", text(&policy)]);
        assert!(stderr.contains("reading the policy") && stderr.contains(expected), "{stderr}");
        assert!(stderr.contains("line 2") || text_of_policy.contains("override"), "{stderr}");
    }
}
