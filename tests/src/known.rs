//! `known-differences.toml`: what a component does otherwise than wasmtime's preview1 host, and why.

use crate::difference;
use crate::run::Observed;
use crate::witness::Witness;
use serde::Deserialize;
use std::sync::OnceLock;
use wasi_adapt::Layout;

/// One entry of the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// The guests that show it.
    pub guests: Vec<String>,
    /// The differences, spelled as [`crate::difference`] does; `*` stands for any text.
    pub lines: Vec<String>,
    pub because: Because,
    /// Who decides, where wasmtime's preview1 host is at fault.
    pub by: Option<Judge>,
    /// Whether it shows by chance, and may be absent.
    #[serde(default)]
    pub sometimes: bool,
    /// The witnesses that do as the component does.
    #[serde(default)]
    pub with: Vec<Witness>,
    /// The witnesses that do as wasmtime's preview1 host does. Those in neither list do something else.
    #[serde(default)]
    pub against: Vec<Witness>,
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
    /// wasmtime's preview1 host is at fault.
    P1,
    /// The adapter lives in memory that the program takes for its own. In the isolated layout nothing differs.
    Layout,
}

/// Who says that wasmtime's preview1 host is at fault.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Judge {
    /// preview1's own description.
    Witx,
    /// Linux, or POSIX.
    Linux,
    /// Witnesses that are independent of it.
    Witnesses,
}

impl Difference {
    fn has(&self, found: &str) -> bool {
        self.lines.iter().any(|pattern| matches(pattern, found))
    }
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

fn entries_of(guest: &str) -> impl Iterator<Item = &'static Difference> {
    table().iter().filter(move |entry| entry.guests.iter().any(|name| name == guest))
}

/// Fails unless the differences found for a guest in a layout are exactly those that the table has for it.
#[track_caller]
pub fn check(guest: &str, layout: Layout, found: &[String]) {
    let patterns: Vec<_> = entries_of(guest)
        .filter(|entry| entry.because != Because::Layout || layout != Layout::Isolated)
        .flat_map(|entry| entry.lines.iter().map(|line| (line.as_str(), entry.sometimes)))
        .collect();
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
        "{guest}, layout {layout:?}: wasmtime's preview1 host -> component, against known-differences.toml:\n{report}"
    );
}

/// Fails unless the witnesses stand where the table says for each difference of a guest, and tells where they stand for a
/// difference that the table does not have.
#[track_caller]
pub fn check_witnesses(guest: &str, preview1: &Observed, component: &Observed, of: impl Fn(Witness) -> Observed) {
    let entries: Vec<_> = entries_of(guest).filter(|entry| entry.because != Because::Layout).collect();
    let differences = difference::between(preview1, component);
    let is_known = |found: &String| entries.iter().any(|entry| entry.has(found));
    let (known, unknown): (Vec<_>, Vec<_>) = differences.into_iter().partition(is_known);
    if entries.is_empty() && unknown.is_empty() {
        return;
    }
    let mut report = String::new();
    for witness in Witness::ALL {
        let (name, of_witness) = (witness.name(), difference::between(preview1, &of(witness)));
        for entry in entries.iter().filter(|entry| !entry.sometimes) {
            let differences: Vec<_> = known.iter().filter(|found| entry.has(found)).collect();
            let (stand, said) = (Stand::of(&differences, &of_witness), Stand::said(entry, witness));
            if stand != said {
                report += &format!("  {name} is said to stand {said:?}, and stands {stand:?} in {:?}\n", entry.lines);
            }
        }
        for found in &unknown {
            report += &format!("  {name} stands {:?} in {found:?}\n", Stand::of(&[found], &of_witness));
        }
    }
    assert!(report.is_empty(), "{guest}: witnesses, against known-differences.toml:\n{report}");
}

/// Where a witness stands in the matter of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    /// It does as the component.
    With,
    /// It does as wasmtime's preview1 host.
    Against,
    /// It does something else, or now the one and now the other.
    Apart,
}

impl Stand {
    fn said(entry: &Difference, witness: Witness) -> Stand {
        match (entry.with.contains(&witness), entry.against.contains(&witness)) {
            (true, false) => Stand::With,
            (false, true) => Stand::Against,
            _ => Stand::Apart,
        }
    }

    fn of(differences: &[&String], of_witness: &[String]) -> Stand {
        // The left side of a difference is what the preview1 host has.
        let of_host = |found: &str| found.rsplit_once(" -> ").map(|(host, _)| host.to_owned());
        let differs = |found: &&String| of_witness.iter().any(|other| of_host(other) == of_host(found));
        if differences.iter().all(|found| of_witness.contains(found)) {
            Stand::With
        } else if !differences.iter().any(differs) {
            Stand::Against
        } else {
            Stand::Apart
        }
    }
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
            assert_eq!(entry.because == Because::P1, entry.by.is_some(), "who says that p1 is at fault? {entry:?}");
            assert!(
                entry.by != Some(Judge::Witnesses) || entry.with.iter().any(|it| *it != Witness::Official),
                "no independent witness says so: {entry:?}"
            );
            for guest in &entry.guests {
                assert!(
                    compared.contains(&guest.as_str()),
                    "known-differences.toml names `{guest}`, which is no guest"
                );
            }
        }
    }
}
