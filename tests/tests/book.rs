//! The book is correct: its commands print the output that it shows, its links lead somewhere, and its table of known
//! differences is that of the tests.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use support::{document, installed, output_of, root, wasi_adapt_path, zig_cc};
use wasi_adapt_tests::guests::{self, Guest};
use wasi_adapt_tests::hosts::{ComponentHost, differences, differences_of};
use wasi_adapt_tests::known::{self, Because, KnownDifference};
use wasi_adapt_tests::witness::Witness;

fn chapters() -> PathBuf {
    root().join("tools/book/src")
}

fn chapter(name: &str) -> String {
    fs::read_to_string(chapters().join(name).with_extension("md")).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The program of README.md's first steps, which readers of each chapter have.
const FIRST: &str = "count.c";

/// Follows a chapter in a directory of its own.
fn follow(name: &str) {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let (_, source) = document::blocks(&readme)
        .into_iter()
        .find(|(info, _)| info.split_once(' ').is_some_and(|(_, name)| name == FIRST))
        .expect("the first program");
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = |name: &str| directory.path().join(name);
    document::write(&path(FIRST), &source);
    output_of(zig_cc().args(["-O2", "-s"]).arg(path(FIRST)).arg("-o").arg(path("count.wasm")));
    std::os::unix::fs::symlink(installed("node/node_modules"), path("node_modules")).expect("a link");
    let own = wasi_adapt_path().parent().expect("it lies in a directory");
    assert!(document::follow(&chapter(name), directory.path(), own) > 0, "{name} shows no command");
}

/// Makes a test of each chapter with commands.
macro_rules! chapters {
    ($($test:ident $name:literal)*) => {
        const FOLLOWED: &[&str] = &[$($name),*];

        $(#[test]
        fn $test() {
            follow($name);
        })*
    };
}

chapters! {
    coming_from "coming-from"
    composing "composing"
    files "files"
    hosts "hosts"
    how_it_works "how-it-works"
    http "http"
    languages "languages"
    layers "layers"
    layouts "layouts"
    open_sockets "open-sockets"
    playground "playground"
    questions "questions"
    sealing "sealing"
    sockets "sockets"
    tools "tools"
    trace "trace"
}

#[test]
fn each_chapter_with_commands_is_followed() {
    for (name, text) in all() {
        let shows = document::blocks(&text).iter().any(|(info, _)| *info == "console");
        assert_eq!(shows, FOLLOWED.contains(&name.as_str()), "{name}");
    }
}

/// All files of the book, by their names.
fn all() -> Vec<(String, String)> {
    let files = fs::read_dir(chapters()).expect("a directory").map(|entry| entry.expect("an entry").path());
    let texts = files.filter(|file| file.extension().is_some_and(|end| end == "md"));
    let named = texts.map(|file| file.file_stem().expect("a name").to_string_lossy().into_owned());
    named.map(|name| (name.clone(), chapter(&name))).collect()
}

/// Returns the targets of the links in a text that are no addresses of the web.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    targets.map(|(target, _)| target).filter(|target| !target.contains("://"))
}

/// Returns the anchors of a text's headings, as GitHub and mdBook make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let kept = |c: char| (c.is_alphanumeric() || "-_ ".contains(c)).then(|| c.to_ascii_lowercase());
    headings.map(|heading| heading.chars().filter_map(kept).collect::<String>().replace(' ', "-")).collect()
}

#[test]
fn links_lead_somewhere() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let texts = all().into_iter().map(|(name, text)| (format!("tools/book/src/{name}.md"), text));
    for (file, text) in texts.chain([("README.md".into(), readme)]) {
        for link in links(&text) {
            let (target, anchor) = link.split_once('#').map_or((link, None), |(target, anchor)| (target, Some(anchor)));
            let target = match target {
                "" => root().join(&file),
                _ => root().join(&file).parent().expect("a file").join(target),
            };
            assert!(target.exists(), "{file}: {link}");
            if let Some(anchor) = anchor {
                let text = fs::read_to_string(target).expect("a text");
                assert!(anchors(&text).contains(anchor), "{file}: {link}");
            }
        }
    }
}

#[test]
fn the_summary_has_each_chapter_once() {
    let (summary, mut found) = (chapter("SUMMARY"), BTreeSet::new());
    for link in links(&summary) {
        assert!(found.insert(link), "{link} is there twice");
    }
    let files: Vec<_> =
        all().into_iter().map(|(name, _)| format!("{name}.md")).filter(|name| name != "SUMMARY.md").collect();
    assert_eq!(found, files.iter().map(String::as_str).collect());
}

/// Formats text for a cell of a table.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|").replace('<', "\\<").replace('*', "\\*")
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

fn names(witnesses: &[Witness]) -> String {
    witnesses.iter().map(|witness| witness.name()).collect::<Vec<_>>().join(", ")
}

/// Formats the differences of one kind.
fn table(because: Because) -> String {
    let rows = known::table().difference.iter().filter(|entry| entry.because == because);
    let mut shown =
        String::from("| shown by | preview1 host -> component | reason | others that do so |\n|---|---|---|---|\n");
    for KnownDifference { guests, lines, reason, with, .. } in rows {
        let guests: Vec<_> = guests.iter().map(|guest| code(guest)).collect();
        let lines: Vec<_> = lines.iter().map(|line| code(line)).collect();
        let (guests, lines) = (guests.join(", "), lines.join("<br>"));
        writeln!(shown, "| {guests} | {lines} | {} | {} |", cell(reason), names(with)).expect("text");
    }
    shown
}

#[test]
fn known_differences_are_those_of_the_tests() {
    let shown = format!(
        "# Known differences\n\n\
         The tests run many programs under wasmtime's preview1 host and as components. This is all in which\n\
         they differ. A row is a program, from `tests/guests` or from the families of calls that `tests/src` makes, with what it\n\
         prints on both sides, or on Linux and as a component for `sockets`; `*` stands for any text. The last column names other implementations of preview 1 that do as the\n\
         component does. This chapter is made from `tests/known-differences.toml`, which has more.\n\n\
         ## WASI 0.2 cannot express it\n\n{}\n\
         ## The host of WASI 0.2 does otherwise\n\n{}\n\
         ## wasmtime's preview1 host is at fault\n\n\
         Preview 1's text, or Linux where the text is silent, says what the component does.\n\n{}\n\
         ## Module and adapter share one memory\n\n\
         This is so in the layouts `guest` and `adapter` only.\n\n{}",
        table(Because::Wasi02),
        table(Because::Host),
        table(Because::P1),
        table(Because::Layout),
    );
    let path = chapters().join("known-differences.md");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &shown).expect("it is written");
    }
    let old = fs::read_to_string(&path).unwrap_or_default();
    assert!(old == shown, "known-differences.md is not up to date: run this test with BLESS=1");
}

/// Returns the family of a guest: the beginning of the name of a call, or the language.
fn family(guest: &Guest) -> String {
    let (class, name) = guest.id.split_once('/').expect("an id has two parts");
    let starts = |start: &&&str| name.starts_with(**start);
    match class {
        "probes" => match ["args", "clock", "environ", "fd_", "path_", "poll_", "random", "sock"].iter().find(starts) {
            Some(start) => format!("`{start}*`"),
            None => "others".into(),
        },
        "c" => "programs in C".into(),
        "rust" => "programs in Rust".into(),
        "go" => "programs in Go".into(),
        "assemblyscript" => "programs in AssemblyScript".into(),
        _ => "modules written by hand".into(),
    }
}

#[test]
fn the_table_of_hosts_is_that_of_the_tests() {
    let classes = [
        guests::probes::ALL,
        guests::c::ALL,
        guests::rust::ALL,
        guests::go::ALL,
        guests::assemblyscript::ALL,
        guests::wat::ALL,
    ];
    let mut families = BTreeMap::<_, Vec<&Guest>>::new();
    for guest in classes.into_iter().flatten() {
        families.entry(family(guest)).or_default().push(guest);
    }
    let mut shown = String::from("\n| | wasmtime, newest | jco |\n|---|---|---|\n");
    for (family, guests) in families {
        let cells = ComponentHost::ALL.map(|host| {
            let differs = |guest: &&&Guest| differences_of(host, guest.id).any(|entry| !entry.sometimes);
            match guests.iter().filter(differs).count() {
                0 => format!("the same: {}", guests.len()),
                differ => format!("{differ} of {} differ", guests.len()),
            }
        });
        writeln!(shown, "| {family} | {} |", cells.join(" | ")).expect("text");
    }
    shown += "\n| host | shown by | reason |\n|---|---|---|\n";
    for entry in differences() {
        let guests: Vec<_> = entry.guests.iter().map(|guest| code(guest)).collect();
        writeln!(shown, "| {} | {} | {} |", entry.host.name(), guests.join(", "), cell(&entry.reason)).expect("text");
    }
    shown.push('\n');
    document::check_shown("hosts.md", "tests/host-differences.toml", &shown);
}
