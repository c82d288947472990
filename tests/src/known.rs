//! `known-differences.toml`: what a component does otherwise than the preview1 host, and why.

use serde::Deserialize;
use std::sync::OnceLock;
use wasi_adapt::link::Layout;

/// One entry of the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// The guests that show it.
    pub guests: Vec<String>,
    /// The differences, spelled as [`crate::difference`] does; `*` stands for any text.
    pub lines: Vec<String>,
    pub because: Because,
    /// Why it is so, for people.
    pub reason: String,
}

/// What kind of reason a difference has.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Because {
    /// WASI 0.2 cannot express what preview1 does.
    #[serde(rename = "wasi-0.2")]
    Wasi02,
    /// The WASI 0.2 host (wasmtime-wasi) does otherwise, although WASI 0.2 could express it.
    Host,
    /// The preview1 host falls short of preview1's own description, which the component follows.
    Oracle,
    /// The adapter lives in memory that the program takes for its own. In the isolated layout nothing differs.
    Layout,
    /// The same, and it shows by chance.
    Chance,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    difference: Vec<Difference>,
}

/// The whole table.
pub fn table() -> &'static [Difference] {
    static TABLE: OnceLock<Table> = OnceLock::new();
    let text = include_str!("../known-differences.toml");
    &TABLE
        .get_or_init(|| toml::from_str(text).unwrap_or_else(|error| panic!("known-differences.toml: {error}")))
        .difference
}

/// Fails unless the differences found for a guest in a layout are exactly those that the table has for it.
#[track_caller]
pub fn check(guest: &str, layout: Layout, found: &[String]) {
    let is_shared = |because| matches!(because, Because::Layout | Because::Chance);
    let patterns: Vec<_> = table()
        .iter()
        .filter(|entry| entry.guests.iter().any(|name| name == guest))
        .filter(|entry| !is_shared(entry.because) || layout != Layout::Isolated)
        .flat_map(|entry| entry.lines.iter().map(|line| (line.as_str(), entry.because)))
        .collect();
    let mut report = String::new();
    for difference in found.iter().filter(|found| !patterns.iter().any(|(pattern, _)| matches(pattern, found))) {
        report += &format!("  not known: {difference}\n");
    }
    let certain = patterns.iter().filter(|(_, because)| *because != Because::Chance);
    for (pattern, _) in certain.filter(|(pattern, _)| !found.iter().any(|found| matches(pattern, found))) {
        report += &format!("  no longer differs, or never did: {pattern}\n");
    }
    assert!(
        report.is_empty(),
        "{guest}, layout {layout:?}: oracle -> component, against known-differences.toml:\n{report}"
    );
}

/// Whether `text` is what `pattern` spells, a `*` in it standing for any text.
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
        use crate::guests::{assemblyscript, both, c, go, probes, rust, sockets, unstable, wat};
        let classes = [
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
        for entry in table() {
            assert!(entry.reason.len() > 20, "an entry without a reason: {entry:?}");
            assert!(!entry.lines.is_empty(), "an entry without a line: {entry:?}");
            for guest in &entry.guests {
                assert!(
                    compared.contains(&guest.as_str()),
                    "known-differences.toml names `{guest}`, which is no guest"
                );
            }
        }
    }
}
