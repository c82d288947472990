//! README.md is correct: its commands print the output that it shows, its table has the real behaviour, its `make`
//! targets exist.

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use support::document;
use support::{data, end_of, output_of, root, wasi_adapt, wasi_adapt_path, wasm_tools, wasmtime, zig_cc};
use wasi_preview1_component_adapter_provider::WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER as OFFICIAL;

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("README.md")
}

/// A module that the reader has.
const PROGRAM: &str = r#"(module (memory (export "memory") 1) (func (export "_start")))"#;

#[test]
fn commands_do_what_is_shown() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    fs::write(directory.path().join("program.wasm"), wat::parse_str(PROGRAM).expect("a module")).expect("a file");
    let own = wasi_adapt_path().parent().expect("it lies in a directory");
    let commands = document::follow(&readme(), directory.path(), own);
    assert!(commands >= 5, "README.md shows {commands} commands only");
}

#[test]
fn make_targets_exist() {
    let makefile = fs::read_to_string(root().join("Makefile")).expect("Makefile");
    for document in ["README.md", "CONTRIBUTING.md"] {
        let text = fs::read_to_string(root().join(document)).expect(document);
        for (at, command) in text.match_indices("make ") {
            let typed = text[..at].ends_with(['`', '\n']) || text[..at].ends_with("$ ");
            let rest = &text[at + command.len()..];
            let target = rest.split(|c: char| c != '-' && !c.is_ascii_lowercase()).next().expect("the first part");
            assert!(!typed || makefile.contains(&format!("\n{target}:")), "{document}: make {target}");
        }
    }
}

#[test]
fn the_demo_says_at_its_end_where_the_program_is() {
    let mut demo = Command::new(root().join("tests/setup/demo.sh"));
    let profile = wasi_adapt_path().parent().expect("it lies in a directory");
    demo.env("CARGO_TARGET_DIR", profile.parent().expect("profiles lie in the target directory"))
        .envs([support::CACHE]);
    let output = output_of(&mut demo);
    let program = output.lines().last().and_then(|line| line.strip_prefix("The program is ")).expect("the last line");
    assert!(Path::new(program).is_file(), "{program} is not there");
}

/// The rows of README's table which compare behaviour, and the cases of tests/data/compare.c that show it.
const CASES: [(&str, &str); 8] = [
    ("exit-status", "`exit(7)` gives exit status"),
    ("environment", "4,000 environment variables"),
    ("open-files", "600 open files"),
    ("cursor", "`read` right after `write` on one descriptor"),
    ("growing", "`read` after the end, when another descriptor has appended"),
    ("buffers", "`writev` and `readv` with two buffers"),
    ("append-flag", "`fcntl(F_SETFL, O_APPEND)` on an open file"),
    ("not-a-socket", "`sock_send` on a file"),
];

/// The limit on the size of the command drop-in, in bytes.
const LARGEST: usize = 54_000;

/// Describes the outcome of a case in stock wasmtime.
fn case(component: &Path, name: &str) -> String {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut run = wasmtime();
    run.args(["run", "--dir"]).arg(format!("{}::/", directory.path().display()));
    if name == "environment" {
        run.args(["-S", "inherit-env"]).env_clear().envs((0..4000).map(|i| (format!("VARIABLE_{i}"), "value")));
    }
    let ended = end_of(run.arg(component).arg(name), "");
    match ended.status {
        Some(0) => ended.stdout.trim_end().to_owned(),
        Some(status) if !ended.stderr.contains("failed to run main module") => status.to_string(),
        _ => "trap".to_owned(),
    }
}

/// Describes the outcome of a program without cases.
fn runs(component: &Path) -> &'static str {
    let ended = end_of(wasmtime().arg("run").arg(component), "");
    if ended.status == Some(0) { "ok" } else { "trap" }
}

/// Formats a number with separators, such as 51,854.
fn grouped(number: usize) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => format!("{},{:03}", grouped(number / 1000), number % 1000),
    }
}

#[test]
fn the_comparison_with_the_official_adapter_is_observed() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = |name: &str| directory.path().join(name);
    fs::write(path("official.wasm"), OFFICIAL).expect("a file");

    let flags = ["-O1", "-s", "-Wno-unused-result"];
    output_of(zig_cc().args(flags).arg(data("compare.c")).arg("-o").arg(path("compare.wasm")));
    let adapter = format!("wasi_snapshot_preview1={}", path("official.wasm").display());
    let official = |module: &Path, name: &str| {
        let mut new = wasm_tools();
        output_of(new.args(["component", "new", "--adapt", &adapter]).arg(module).arg("-o").arg(path(name)));
        path(name)
    };
    let ours = |module: &Path, name: &str| {
        output_of(wasi_adapt().arg("link").arg(module).arg("-o").arg(path(name)));
        path(name)
    };
    let compare = path("compare.wasm");
    let (by_official, by_ours) = (official(&compare, "a.wasm"), ours(&compare, "b.wasm"));

    let row = |label: &str, official: &str, ours: &str| format!("| {label} | {official} | {ours} |");
    let mut rows: Vec<_> =
        CASES.iter().map(|(name, label)| row(label, &case(&by_official, name), &case(&by_ours, name))).collect();

    let heap = root().join("tests/guests/wat/heap_like_go.wat");
    let (by_official, by_ours) = (official(&heap, "c.wasm"), ours(&heap, "d.wasm"));
    rows.push(row(
        "a heap that takes all memory above the program's, as Go's does",
        runs(&by_official),
        runs(&by_ours),
    ));

    output_of(wasi_adapt().arg("sdk").arg(path("sdk")));
    let drop_in = fs::metadata(path("sdk/adapters/wasi_snapshot_preview1.command.wasm")).expect("the drop-in");
    let size = drop_in.len() as usize;
    assert!(size < LARGEST, "the drop-in has {size} bytes");
    rows.push(format!("| bytes of the command drop-in | {} | below {} |", grouped(OFFICIAL.len()), grouped(LARGEST)));

    let text = readme();
    let heading = "| | official adapter | wasi-adapt |";
    let table: Vec<_> = text.lines().skip_while(|line| *line != heading).take_while(|line| !line.is_empty()).collect();
    assert!(table.len() > 2, "README.md has a table headed {heading}");
    assert_eq!(table[2..].join("\n"), rows.join("\n"), "left is README.md, right is what was observed");
}
