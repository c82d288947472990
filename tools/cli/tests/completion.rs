//! `wasi-adapt completion`: the scripts, and what bash makes of its own.

mod common;

use common::{ran, run};
use std::fs;
use std::process::Command;

#[test]
fn completion_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = ran(&["completion", shell]);
        assert_eq!(ran.status, 0);
        assert!(ran.stdout.contains("wasi-adapt") && ran.stdout.contains("inherit-network"), "{shell}");
    }
}

/// Returns the completions that bash offers for the last of these words.
fn offered(words: &[&str]) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let script = dir.path().join("wasi-adapt.bash");
    fs::write(&script, ran(&["completion", "bash"]).stdout).unwrap();
    let mut bash = Command::new("bash");
    // As readline does it: it asks what is bound to the command, and calls that with the command, the word and the one
    // before it.
    bash.args(["--norc", "--noprofile", "-c"]).current_dir(&dir).arg(
        r#"source "$1"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        [[ $(complete -p "$1") =~ -F\ ([^ ]+) ]] || exit 1
        "${BASH_REMATCH[1]}" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}""#,
    );
    let output = run(bash.arg("bash").arg(&script).args(words), b"");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_subcommands_options_and_values() {
    assert_eq!(offered(&["wasi-adapt", "ins"]), ["inspect"]);
    assert_eq!(offered(&["wasi-adapt", "run", "--inherit-n"]), ["--inherit-network"]);
    assert_eq!(offered(&["wasi-adapt", "link", "--world", "re"]), ["reactor"]);
    assert_eq!(offered(&["wasi-adapt", "verify", "--dir", "x", "--max"]), ["--max-resources"]);
    assert_eq!(offered(&["wasi-adapt", "completion", "f"]), ["fish"]);
    assert_eq!(offered(&["wasi-adapt", "help", "in"]), ["inspect"]);
}
