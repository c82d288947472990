//! `known-differences.toml`: differences between a component and wasmtime's preview1 host, differences between both and
//! the witnesses, and the reasons.

use crate::witness::Witness;
use serde::Deserialize;
use std::sync::OnceLock;
use wasi_adapt::Layout;

/// A known difference.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownDifference {
    /// The guests in which it occurs.
    pub guests: Vec<String>,
    /// The differences, in the format of [`crate::difference`]; `*` stands for any text.
    pub lines: Vec<String>,
    pub because: Because,
    /// The judge, if wasmtime's preview1 host is at fault.
    pub by: Option<Judge>,
    /// True if it occurs by chance, and may be absent.
    #[serde(default)]
    pub sometimes: bool,
    /// The witnesses that behave like the component.
    #[serde(default)]
    pub with: Vec<Witness>,
    /// The witnesses that behave like wasmtime's preview1 host. Those in neither list do something else.
    #[serde(default)]
    pub against: Vec<Witness>,
    /// An explanation of the reason.
    pub reason: String,
}

/// The kind of reason for a difference.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Because {
    /// WASI 0.2 cannot express the behaviour of preview1.
    #[serde(rename = "wasi-0.2")]
    Wasi02,
    /// The WASI 0.2 host (wasmtime-wasi) behaves differently, although WASI 0.2 could express it.
    Host,
    /// wasmtime's preview1 host is at fault.
    P1,
    /// The adapter lives in memory that the program considers its own. In the isolated layout nothing differs.
    Layout,
}

/// The authority by which wasmtime's preview1 host is at fault.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Judge {
    /// The description of preview1.
    Witx,
    /// Linux, or POSIX.
    Linux,
    /// Independent witnesses.
    Witnesses,
}

/// A behaviour on which several witnesses agree, against wasmtime's preview1 host and a component.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outvoted {
    /// The guests in which it occurs.
    pub guests: Vec<String>,
    /// The behaviour of host and component, and that of the witnesses, in the format of differences.
    pub lines: Vec<String>,
    /// The witnesses that agree.
    pub witnesses: Vec<Witness>,
    /// The kind of reason for which they are not followed.
    pub because: Overruled,
    /// An explanation of the reason.
    pub reason: String,
}

/// The kind of reason for which a component does not follow the witnesses.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Overruled {
    /// Linux, or POSIX, behaves like wasmtime's host.
    Linux,
    /// The description of preview1 leaves it open, and programs run on wasmtime's host.
    P1,
    /// WASI 0.2 cannot express their behaviour.
    #[serde(rename = "wasi-0.2")]
    Wasi02,
}

/// The contents of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownDifferences {
    pub difference: Vec<KnownDifference>,
    pub outvoted: Vec<Outvoted>,
}

/// Reads the table.
pub fn table() -> &'static KnownDifferences {
    static TABLE: OnceLock<KnownDifferences> = OnceLock::new();
    let text = include_str!("../known-differences.toml");
    TABLE.get_or_init(|| toml::from_str(text).unwrap_or_else(|error| panic!("known-differences.toml: {error}")))
}

/// Returns the entries for a guest.
pub fn entries_of(guest: &str) -> impl Iterator<Item = &'static KnownDifference> {
    table().difference.iter().filter(move |entry| entry.guests.iter().any(|name| name == guest))
}

/// Fails unless the differences found for a guest in a layout are exactly those in the table.
#[track_caller]
pub fn check(guest: &str, layout: Layout, found: &[String]) {
    compare(&format!("{guest}, layout {layout:?}"), &patterns(guest, layout), found);
}

/// Fails if a difference found for a guest with embedded files is not in the table. Those in the table may be absent:
/// where nothing can be changed, a guest does less.
#[track_caller]
pub fn check_embedded(guest: &str, layout: Layout, found: &[String]) {
    let patterns: Vec<_> = patterns(guest, layout).into_iter().map(|(pattern, _)| (pattern, true)).collect();
    compare(&format!("{guest}, layout {layout:?}, embedded files"), &patterns, found);
}

/// The differences that are known of a guest, and whether each may be absent.
fn patterns(guest: &str, layout: Layout) -> Vec<(&'static str, bool)> {
    entries_of(guest)
        .filter(|entry| entry.because != Because::Layout || layout != Layout::Isolated)
        .flat_map(|entry| entry.lines.iter().map(|line| (line.as_str(), entry.sometimes)))
        .collect()
}

#[track_caller]
fn compare(what: &str, patterns: &[(&str, bool)], found: &[String]) {
    let mut report = String::new();
    for difference in found.iter().filter(|found| !patterns.iter().any(|(pattern, _)| matches(pattern, found))) {
        report += &format!("  not known: {difference}\n");
    }
    let certain = patterns.iter().filter(|(_, sometimes)| !sometimes);
    for (pattern, _) in certain.filter(|(pattern, _)| !found.iter().any(|found| matches(pattern, found))) {
        report += &format!("  no longer differs, or never did: {pattern}\n");
    }
    assert!(
        report.is_empty(),
        "{what}: wasmtime's preview1 host -> component, against known-differences.toml:\n{report}"
    );
}

/// Returns whether `text` matches any of the patterns.
pub fn any(patterns: &[String], text: &str) -> bool {
    patterns.iter().any(|pattern| matches(pattern, text))
}

/// Returns whether `text` matches `pattern`, in which `*` stands for any text.
pub fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, mut rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(head) else { return false };
    while let Some((part, after)) = rest.split_once('*') {
        let Some(at) = text.find(part) else { return false };
        text = &text[at + part.len()..];
        rest = after;
    }
    text.ends_with(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(matches("a = b", "a = b"));
        assert!(matches("[*] f(*) = BADF", "[x] f(1, 2) = BADF"));
        assert!(!matches("[*] f(*) = BADF", "[x] g(1, 2) = BADF"));
        assert!(matches("*", ""));
        assert!(!matches("ab*ba", "aba"));
    }

    #[test]
    fn every_entry_names_guests_that_exist_and_has_a_reason() {
        use crate::guests::{assemblyscript, both, c, go, probes, rust, setup, sockets, unstable, wat};
        let classes = [
            setup::ALL,
            probes::ALL,
            c::ALL,
            rust::ALL,
            go::ALL,
            assemblyscript::ALL,
            wat::ALL,
            unstable::ALL,
            both::ALL,
            sockets::ALL,
        ];
        let compared: Vec<&str> = classes.into_iter().flatten().map(|guest| guest.id).collect();
        let known = |guests: &[String]| {
            for guest in guests {
                assert!(
                    compared.contains(&guest.as_str()),
                    "known-differences.toml names `{guest}`, which is no guest"
                );
            }
        };
        for entry in &table().outvoted {
            assert!(entry.reason.len() > 20, "an entry without a reason: {entry:?}");
            assert!(entry.witnesses.len() > 1, "one witness alone proves nothing: {entry:?}");
            known(&entry.guests);
        }
        for entry in &table().difference {
            assert!(entry.reason.len() > 20, "an entry without a reason: {entry:?}");
            assert!(!entry.lines.is_empty(), "an entry without a line: {entry:?}");
            assert_eq!(entry.because == Because::P1, entry.by.is_some(), "who says that p1 is at fault? {entry:?}");
            assert!(
                entry.by != Some(Judge::Witnesses) || entry.with.iter().any(|it| *it != Witness::Official),
                "no independent witness says so: {entry:?}"
            );
            known(&entry.guests);
        }
    }
}
