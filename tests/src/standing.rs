//! Checks the witnesses against `known-differences.toml`: which of them support wasmtime's preview1 host or the
//! component where these differ, and which agree against both.
//!
//! One witness alone proves nothing, because each has its own faults. But where two agree against wasmtime's host and
//! the component, the component may have copied a fault.

use crate::difference::{self, NOTHING};
use crate::known::{self, Because, KnownDifference};
use crate::run::Observed;
use crate::witness::Witness;
use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use wasi_adapt_host::Exit;

/// The differences of each witness from wasmtime's preview1 host.
pub struct Opinions([(Witness, Opinion); 3]);

struct Opinion {
    differences: Vec<String>,
    /// Those differences that do not merely follow from another, such as lines missing after an early end.
    votes: BTreeSet<String>,
}

impl Opinions {
    /// Asks all witnesses at once, because some of them hang.
    pub fn ask(preview1: &Observed, of: impl Fn(Witness) -> Observed + Sync) -> Opinions {
        Opinions(thread::scope(|scope| {
            let of = &of;
            let asked = Witness::ALL.map(|witness| (witness, scope.spawn(move || of(witness))));
            asked.map(|(witness, asked)| {
                let observed = asked.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                (witness, Opinion::of(preview1, &observed))
            })
        }))
    }

    /// Asks all witnesses for differences, all of which count.
    pub fn gather(of: impl Fn(Witness) -> Vec<String>) -> Opinions {
        Opinions(Witness::ALL.map(|witness| {
            let differences = of(witness);
            (witness, Opinion { votes: differences.iter().cloned().collect(), differences })
        }))
    }

    /// Returns the differences from wasmtime's host on which several witnesses agree.
    fn agreed(&self) -> BTreeMap<&str, Vec<Witness>> {
        let mut votes = BTreeMap::<&str, Vec<Witness>>::new();
        for (witness, opinion) in &self.0 {
            for vote in &opinion.votes {
                votes.entry(vote).or_default().push(*witness);
            }
        }
        votes.retain(|_, witnesses| witnesses.len() > 1);
        votes
    }
}

impl Opinion {
    fn of(preview1: &Observed, observed: &Observed) -> Opinion {
        let differences = difference::between(preview1, observed);
        let trapped = matches!(observed.exit, Exit::Trap(_));
        let ended_alike = match &observed.exit {
            Exit::Trap(_) => matches!(preview1.exit, Exit::Trap(_)),
            code => *code == preview1.exit,
        };
        let is_vote = |line: &&String| match () {
            () if line.starts_with("exit: ") => !trapped,
            () => ended_alike || !(line.contains(NOTHING) || line.starts_with("file: ")),
        };
        let votes = differences.iter().filter(is_vote).cloned().collect();
        Opinion { differences, votes }
    }
}

/// Fails unless the witnesses support the side that the table says, for each difference of a guest. For a difference
/// that the table lacks, the message gives the supporters. Agreement of witnesses against both must be in the table,
/// too.
#[track_caller]
pub fn check(guest: &str, preview1: &Observed, component: &Observed, opinions: &Opinions) {
    let differences = difference::between(preview1, component);
    expect_nothing(guest, &report_on_differences(guest, &differences, opinions));
    check_agreed(guest, &differences, opinions);
}

/// Fails unless the table has everything on which the witnesses agree against wasmtime's preview1 host and the
/// component.
#[track_caller]
pub fn check_agreed(guest: &str, differences: &[String], opinions: &Opinions) {
    expect_nothing(guest, &report_on_agreed(guest, differences, opinions));
}

#[track_caller]
fn expect_nothing(guest: &str, report: &str) {
    assert!(report.is_empty(), "{guest}: witnesses, against known-differences.toml:\n{report}");
}

fn report_on_differences(guest: &str, differences: &[String], opinions: &Opinions) -> String {
    let entries: Vec<_> = known::entries_of(guest).filter(|entry| entry.because != Because::Layout).collect();
    let mut report = String::new();
    for (witness, opinion) in &opinions.0 {
        let name = witness.name();
        for entry in entries.iter().filter(|entry| !entry.sometimes) {
            let of_entry: Vec<_> = differences.iter().filter(|found| known::any(&entry.lines, found)).collect();
            let (stand, said) = (Stand::of(&of_entry, opinion), Stand::said(entry, *witness));
            if stand != said {
                report += &format!("  {name} is said to stand {said:?}, and stands {stand:?} in {:?}\n", entry.lines);
            }
        }
        for found in differences.iter().filter(|found| !entries.iter().any(|entry| known::any(&entry.lines, found))) {
            report += &format!("  {name} stands {:?} in {found:?}\n", Stand::of(&[found], opinion));
        }
    }
    report
}

fn report_on_agreed(guest: &str, differences: &[String], opinions: &Opinions) -> String {
    let mut agreed = opinions.agreed();
    let by_chance =
        |line: &str| known::entries_of(guest).any(|entry| entry.sometimes && known::any(&entry.lines, line));
    agreed.retain(|line, _| !differences.iter().any(|ours| ours == line) && !by_chance(line));
    let entries = known::table().outvoted.iter().filter(|entry| entry.guests.iter().any(|name| name == guest));
    let mut patterns: Vec<_> =
        entries.flat_map(|entry| entry.lines.iter().map(|line| (line, &entry.witnesses, false))).collect();
    let mut report = String::new();
    for (line, witnesses) in agreed {
        let known = patterns.iter_mut().find(|(pattern, said, _)| **said == witnesses && known::matches(pattern, line));
        match known {
            Some((_, _, shown)) => *shown = true,
            None => report += &format!("  {witnesses:?} agree: {line}\n"),
        }
    }
    for (pattern, witnesses, _) in patterns.iter().filter(|(_, _, shown)| !shown) {
        report += &format!("  {witnesses:?} no longer agree, or never did: {pattern}\n");
    }
    report
}

/// The side that a witness supports in an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    /// It behaves like the component.
    With,
    /// It behaves like wasmtime's preview1 host.
    Against,
    /// It does something else, or varies.
    Apart,
}

impl Stand {
    fn said(entry: &KnownDifference, witness: Witness) -> Stand {
        match (entry.with.contains(&witness), entry.against.contains(&witness)) {
            (true, false) => Stand::With,
            (false, true) => Stand::Against,
            _ => Stand::Apart,
        }
    }

    fn of(differences: &[&String], Opinion { differences: of_witness, .. }: &Opinion) -> Stand {
        // The left side of a difference is the preview1 host's.
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
