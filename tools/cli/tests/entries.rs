//! The entry of a module, and other possible ones.

mod common;

use common::{ran, tests_dir};

fn program() -> String {
    tests_dir().join("programs/entries.wat").to_str().unwrap().into()
}

/// The module's host runs the same, which `verify` says.
#[test]
fn any_function_of_its_type_can_be_the_entry() {
    for (entry, output) in
        [(None, "iu"), (Some(""), "iu"), (Some("_start"), "is"), (Some("other"), "io"), (Some("_initialize"), "i")]
    {
        for layout in ["auto", "adapter", "guest"] {
            let mut args = vec!["run", "--layout", layout];
            args.extend(entry.iter().flat_map(|name| ["--entry", name]));
            let program = program();
            args.push(&program);
            let run = ran(&args);
            assert_eq!((run.status, &*run.stdout), (0, output), "{args:?}: {}", run.stderr);
            args[0] = "verify";
            let verified = ran(&args);
            assert_eq!(verified.status, 0, "{args:?}: {}{}", verified.stdout, verified.stderr);
        }
    }
}

#[test]
fn inspect_says_which_it_is_and_what_else_could_be() {
    let line = |args: &[&str]| {
        let ran = ran(&[&["inspect"], args, &[&*program()]].concat());
        ran.stdout.lines().find(|line| line.starts_with("entry ")).unwrap().to_string()
    };
    assert_eq!(line(&[]), "entry      \"\"; `--entry` could name `_initialize`, `_start`, `other`");
    assert_eq!(line(&["--entry", "other"]), "entry      `other`; `--entry` could name `_initialize`, `_start`, \"\"");
    assert_eq!(
        line(&["--entry", "nope"]),
        "entry      none; `--entry` could name `_initialize`, `_start`, \"\", `other`"
    );

    let json = |args: &[&str]| -> serde_json::Value {
        serde_json::from_str(&ran(&[&["inspect", "--json"], args, &[&*program()]].concat()).stdout).unwrap()
    };
    assert_eq!(json(&[])["entry"], "unnamed");
    let named = json(&["--entry", "other"]);
    assert_eq!((&named["entry"], &named["world"]), (&"named".into(), &"command".into()));
    assert_eq!(named["other_entries"], serde_json::json!(["_initialize", "_start", ""]));
    assert!(named["exports"].as_array().unwrap().iter().any(|export| export["role"] == "entry-point"));
}

#[test]
fn what_cannot_be_an_entry_is_refused_with_what_can() {
    for (args, parts) in [
        (&["--entry", "nope"] as &[_], ["it exports no function `nope`", "`_initialize`, `_start`, \"\", `other`"]),
        (&["--entry", "add"], ["it exports `add` as (i32, i32) -> i32", "`--entry NAME`"]),
        (&["--entry", "other", "--world", "reactor"], ["in the world `reactor` nothing is run", "leave out `--world`"]),
    ] {
        let refused = ran(&[&["link"], args, &[&*program()]].concat());
        assert_eq!(refused.status, 1, "{args:?}");
        for part in parts {
            assert!(refused.stderr.contains(part), "{part}:\n{}", refused.stderr);
        }
    }
}
