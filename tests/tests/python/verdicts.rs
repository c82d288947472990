//! Verdicts of the tests of a module, native and in the component, and reasons for which they differ.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde::Deserialize;

use super::programs;

/// The verdicts of tests by their names, as `run_tests.py` prints them.
pub struct Verdicts(BTreeMap<String, String>);

impl Verdicts {
    pub fn read(text: &str) -> Self {
        let verdict = |line: &str| {
            let (test, verdict) = line.split_once(" = ")?;
            // Tests print other lines, too.
            let is_verdict = ["ok", "skipped:", "failed:"].iter().any(|word| verdict.starts_with(word));
            (is_verdict && test.starts_with("test_")).then(|| (test.to_owned(), verdict.to_owned()))
        };
        Self(text.lines().filter_map(verdict).collect())
    }

    /// Returns the numbers of those that passed, were skipped and failed, as cells of a table.
    pub fn counts(&self) -> String {
        let count = |beginning| self.0.values().filter(|verdict| verdict.starts_with(beginning)).count().to_string();
        ["ok", "skipped", "failed"].map(count).join(" | ")
    }

    /// Returns the tests that end otherwise in the component, by what becomes of them. Some are not there at all.
    pub fn differences(&self, component: &Self) -> String {
        let mut groups: BTreeMap<String, String> = BTreeMap::new();
        let names: BTreeSet<_> = self.0.keys().chain(component.0.keys()).collect();
        for name in names {
            let [native, component] = [self, component].map(|it| it.0.get(name).map_or("absent", String::as_str));
            if native != component {
                *groups.entry(format!("{native} -> {component}")).or_default() += &format!("  {name}\n");
            }
        }
        let counts = format!("native: {}\ncomponent: {}\n", self.counts(), component.counts()).replace(" | ", " ");
        groups.iter().fold(counts, |text, (change, names)| text + "\n" + change + "\n" + names)
    }
}

/// Reasons for which tests fail in the component, and for which some are left out.
#[derive(Deserialize)]
pub struct Reasons {
    /// Tests by name.
    left_out: BTreeMap<String, String>,
    /// Verdicts, or names of tests whose verdict does not say enough.
    failed: BTreeMap<String, String>,
    #[serde(skip)]
    used: RefCell<BTreeMap<String, usize>>,
}

impl Reasons {
    pub fn new() -> Self {
        let text = fs::read_to_string(programs().join("reasons.toml")).expect("the reasons");
        toml::from_str(&text).unwrap_or_else(|error| panic!("tests/python/reasons.toml: {error}"))
    }

    pub fn left_out(&self) -> impl Iterator<Item = &str> {
        self.left_out.keys().map(String::as_str)
    }

    /// Fails if there is no reason for a test that fails in the component alone.
    pub fn check(&self, native: &Verdicts, component: &Verdicts) {
        for (test, verdict) in &component.0 {
            let failed = verdict.strip_prefix("failed: ").filter(|_| native.0.get(test) != Some(verdict));
            if let Some(error) = failed {
                let keys = [test.as_str(), error];
                let reason = keys.iter().find(|key| self.failed.contains_key(**key));
                let reason = reason.unwrap_or_else(|| panic!("no reason: {test} = {verdict}"));
                *self.used.borrow_mut().entry(reason.to_string()).or_default() += 1;
            }
        }
    }

    pub fn check_use(&self) {
        let used = self.used.borrow();
        let unused: Vec<_> = self.failed.keys().filter(|key| !used.contains_key(*key)).collect();
        assert!(unused.is_empty(), "reasons for nothing: {unused:?}");
    }

    /// Returns the reasons, with the numbers of tests.
    pub fn table(&self) -> String {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (key, count) in &*self.used.borrow() {
            *counts.entry(&self.failed[key]).or_default() += count;
        }
        let mut rows: Vec<_> = counts.into_iter().collect();
        rows.sort_by_key(|(reason, count)| (usize::MAX - count, *reason));
        let row = |(reason, count): (&str, usize)| format!("| {count} | {reason} |\n");
        format!("| tests that fail | because |\n|---|---|\n{}\n", rows.into_iter().map(row).collect::<String>())
    }
}
