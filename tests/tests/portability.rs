//! The table of functions that programs ask for, which the book shows: each is tried by a program, and refused as it says.

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use serde::Deserialize;
use support::document;
use support::peers::{As, Program};
use support::{data, output_of, root};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    limit: Vec<Limit>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    functions: Vec<String>,
    is: Kind,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    test: Option<String>,
    #[serde(default)]
    says: Option<String>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Real,
    Emulated,
    Refused,
}

fn table() -> Vec<Limit> {
    let text = fs::read_to_string(data("limits.toml")).expect("the table");
    toml::from_str::<Table>(&text).unwrap_or_else(|error| panic!("tests/data/limits.toml: {error}")).limit
}

/// Programs of these directories of guests are compared with Linux, all of them, and so is that of devices. `tmpfile` needs a host
/// with `/tmp`, and the accounts of Linux are in files.
#[test]
fn each_function_is_called_by_a_program_that_is_compared_with_linux() {
    for Limit { functions, is, error, test, .. } in table() {
        let refused = is == Kind::Refused;
        assert_eq!((error.is_some(), test.is_some()), (refused, !refused), "{functions:?}");
        let Some(test) = test else { continue };
        let place = match test.split_once('/') {
            Some(("sockets" | "posix", _) | ("sealed", "devices")) => root().join("tests/guests"),
            Some(("temporary" | "users", _)) => data(""),
            _ => panic!("{test}"),
        };
        let path = place.join(test).with_extension("c");
        let source = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for function in functions {
            let calls = |(at, _)| !source[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
            let called = if function.starts_with('/') {
                source.contains(&format!("\"{function}"))
            } else {
                source.match_indices(&format!("{function}(")).any(calls)
            };
            assert!(called, "{} does not call {function}", path.display());
        }
    }
}

#[test]
fn what_is_refused_gives_its_error() {
    let program = Program::of("limits", "refused", As::Component, |_| ());
    let directory = tempfile::tempdir().expect("a temporary directory");
    let directory = format!("{}::.", directory.path().display());
    let output = output_of(&mut program.command_with(&["--dir", &directory], &[]));
    let found: BTreeSet<_> = output.lines().collect();
    let refused = table().into_iter().filter_map(|limit| Some((limit.functions, limit.error?)));
    let lines = refused.flat_map(|(functions, error)| functions.into_iter().map(move |name| format!("{name} {error}")));
    let expected: Vec<_> = lines.collect();
    assert_eq!(found, expected.iter().map(String::as_str).collect());
}

#[test]
fn the_book_shows_the_table() {
    let mut shown = String::from("\n| function or file | is | |\n|---|---|---|\n");
    for Limit { functions, is, error, says, .. } in table() {
        let functions: Vec<_> = functions.iter().map(|function| format!("`{function}`")).collect();
        let error = error.filter(|error| error != "dlerror").map(|error| format!("`{error}`"));
        let is = match is {
            Kind::Real => "real",
            Kind::Emulated => "emulated",
            Kind::Refused => "refused",
        };
        let remarks: Vec<_> = error.into_iter().chain(says).collect();
        writeln!(shown, "| {} | {is} | {} |", functions.join(", "), remarks.join("; ")).expect("text");
    }
    shown.push('\n');
    document::check_shown("functions.md", "tests/data/limits.toml", &shown);
}
