//! Keeps the repository tidy, by rules that a reader relies on and that reviewers forget to check.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use support::{output_of, root};

const LONGEST_RUST_FILE: usize = 500;

/// The number of lines by which a SAFETY comment may precede its `unsafe`.
const NEAR: usize = 8;

/// A comment that begins with one of these words names a fact (`What this does.`) instead of stating it.
const QUESTION_WORDS: [&str; 8] = ["What", "How", "Where", "Whether", "Which", "Who", "Why", "That"];

const COMMENTS: [&str; 7] = ["///", "//!", "//", "/*", "*", ";;", "#"];

const TOP_LEVEL: [&str; 17] = [
    ".ci",
    ".github",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "Makefile",
    "README.md",
    "adapter",
    "libc-shim",
    "rustfmt.toml",
    "tests",
    "tools",
    "wit",
];

/// Lists the files of the repository, including those that the next commit would add.
fn files() -> Vec<String> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root());
    let files = output_of(&mut git);
    files.split_terminator('\0').filter(|file| root().join(file).is_file()).map(str::to_owned).collect()
}

/// Returns the text files with their text.
fn texts() -> impl Iterator<Item = (String, String)> {
    files().into_iter().filter_map(|file| {
        let text = String::from_utf8(fs::read(root().join(&file)).expect("a readable file")).ok()?;
        Some((file, text))
    })
}

fn is_rust(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|extension| extension == "rs")
}

/// The violations of a rule; a test fails with all of them.
#[derive(Default)]
struct Complaints(Vec<String>);

impl Complaints {
    fn add(&mut self, file: &str, line: usize, what: &str) {
        self.0.push(format!("{file}:{}: {what}", line + 1));
    }

    fn done(self) {
        assert!(self.0.is_empty(), "\n{}", self.0.join("\n"));
    }
}

#[test]
fn the_top_level_shows_the_parts_and_no_more() {
    let found: BTreeSet<_> = files().iter().map(|file| file.split('/').next().expect("a name").to_owned()).collect();
    let unknown: Vec<_> = found.iter().filter(|name| !TOP_LEVEL.contains(&name.as_str())).collect();
    assert!(unknown.is_empty(), "not for the top level: {unknown:?}");
}

#[test]
fn rust_files_are_short() {
    let mut complaints = Complaints::default();
    for (file, text) in texts().filter(|(file, _)| is_rust(file)) {
        let lines = text.lines().count();
        if lines > LONGEST_RUST_FILE {
            complaints.add(&file, LONGEST_RUST_FILE, &format!("{lines} lines; split it"));
        }
    }
    complaints.done();
}

/// The place of the book's pictures of pages.
const PICTURES: &str = "tools/book/src/";

#[test]
fn files_are_text_without_loose_ends() {
    let mut complaints = Complaints::default();
    for file in files() {
        if file.starts_with(PICTURES) && file.ends_with(".png") {
            continue;
        }
        let bytes = fs::read(root().join(&file)).expect("a readable file");
        let Ok(text) = String::from_utf8(bytes) else {
            complaints.add(&file, 0, "not text; binaries are built, not kept");
            continue;
        };
        // The output of a program is kept verbatim.
        let printed = file.contains("/tests/") && file.ends_with(".txt");
        for (number, line) in text.lines().enumerate().filter(|_| !printed) {
            if line.ends_with([' ', '\t', '\r']) {
                complaints.add(&file, number, "space at the end of the line");
            }
        }
        if !text.is_empty() && !text.ends_with('\n') {
            complaints.add(&file, text.lines().count() - 1, "no newline at the end of the file");
        }
    }
    complaints.done();
}

#[test]
fn no_file_names_a_path_of_one_machine() {
    // In pieces, so that this file does not name them.
    let paths = [concat!("/", "work"), concat!("/", "root"), concat!("/", "home"), concat!("/tmp/", "wt")];
    let mut complaints = Complaints::default();
    for (file, text) in texts() {
        for (number, line) in text.lines().enumerate() {
            for path in paths {
                for (start, _) in line.match_indices(path) {
                    let before = line[..start].chars().next_back();
                    let after = line[start + path.len()..].chars().next();
                    let part_of_name = |c: char| c.is_alphanumeric() || "_-.*}".contains(c);
                    if !before.is_some_and(part_of_name) && after == Some('/') {
                        complaints.add(&file, number, &format!("names {path}"));
                    }
                }
            }
        }
    }
    complaints.done();
}

#[test]
fn nothing_is_left_undone_or_skipped() {
    let marks = [
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("dbg", "!("),
        concat!("#[", "ignore"),
        concat!("FIX", "ME"),
    ];
    let mut complaints = Complaints::default();
    for (file, text) in texts().filter(|(file, _)| is_rust(file)) {
        for (number, line) in text.lines().enumerate() {
            for mark in marks.iter().filter(|mark| line.contains(**mark)) {
                complaints.add(&file, number, mark);
            }
        }
    }
    complaints.done();
}

#[test]
fn every_unsafe_says_why_it_is_safe() {
    let mut complaints = Complaints::default();
    for (file, text) in texts().filter(|(file, _)| is_rust(file)) {
        let lines: Vec<_> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let code = line.split("//").next().expect("split gives at least one part");
            let forms = ["unsafe {", "unsafe impl", "unsafe fn", "unsafe trait", r#"unsafe extern "C" fn"#];
            // After a quote it is text, as on the line above.
            let opens = forms.iter().filter_map(|form| code.split_once(form)).any(|(before, _)| !before.ends_with('"'));
            let reasons = &lines[number.saturating_sub(NEAR)..=number];
            if opens && !reasons.iter().any(|line| line.contains("SAFETY:") || line.contains("# Safety")) {
                complaints.add(&file, number, "unsafe without a SAFETY comment near");
            }
        }
    }
    complaints.done();
}

#[test]
fn comments_state_facts() {
    // Documents have headings and lists, and golden files are output.
    let is_source = |file: &str| !file.ends_with(".md") && !file.contains("golden");
    let mut complaints = Complaints::default();
    for (file, text) in texts().filter(|(file, _)| is_source(file)) {
        for (number, line) in text.lines().enumerate() {
            let comment = COMMENTS.iter().find_map(|start| line.trim_start().strip_prefix(start));
            let first = comment.and_then(|comment| comment.split_whitespace().next());
            if let Some(word) = first.filter(|word| QUESTION_WORDS.contains(word)) {
                complaints.add(&file, number, &format!("a comment that begins with `{word}`; begin with the subject"));
            }
        }
    }
    complaints.done();
}

#[test]
fn the_wasi_version_is_named_in_one_place() {
    let worlds = fs::read_to_string(root().join("wit/worlds.wit")).expect("wit/worlds.wit");
    let versions: BTreeSet<_> = worlds
        .lines()
        .filter(|line| line.contains(" wasi:"))
        .filter_map(|line| line.trim().strip_suffix(';')?.split_once('@'))
        .map(|(_, version)| version)
        .collect();
    assert_eq!(versions.len(), 1, "wit/worlds.wit names one version: {versions:?}");
    let version = format!("@{}", versions.first().expect("it has one"));

    // Golden files record output; documents state facts.
    let may = |file: &str| {
        file.starts_with("wit/") || file.contains("golden") || file.ends_with(".md") || file.ends_with("lock.json")
    };
    let mut complaints = Complaints::default();
    for (file, text) in texts().filter(|(file, _)| !may(file)) {
        for (number, _) in text.lines().enumerate().filter(|(_, line)| line.contains(&version)) {
            complaints.add(&file, number, &format!("names the WASI version {version}"));
        }
    }
    complaints.done();
}

#[test]
fn documents_name_what_exists() {
    let mut complaints = Complaints::default();
    for (file, text) in texts().filter(|(file, _)| !file.contains('/') && file.ends_with(".md")) {
        for (number, line) in text.lines().enumerate() {
            // The text between backticks and the targets of links, if it begins with a folder of this repository.
            let names =
                line.split(['`', '(', ')']).filter(|name| name.contains('/') && !name.contains([' ', '{', '*']));
            for name in names.filter(|name| TOP_LEVEL.contains(&name.split('/').next().expect("a name"))) {
                if !root().join(name).exists() {
                    complaints.add(&file, number, &format!("names {name}, which is not there"));
                }
            }
        }
    }
    complaints.done();
}

#[test]
fn make_help_lists_every_target() {
    let makefile = fs::read_to_string(root().join("Makefile")).expect("Makefile");
    let targets: BTreeSet<_> = makefile
        .lines()
        .filter(|line| !line.starts_with(['\t', '.', '#', ' ']) && !line.contains(":="))
        .filter_map(|line| line.split_once(':'))
        .map(|(target, _)| target)
        .collect();
    let help = output_of(Command::new("make").args(["--no-print-directory", "help"]).current_dir(root()));
    let listed: BTreeSet<_> = help.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).collect();
    assert_eq!(targets, listed);
}
