//! Counts WebAssembly instructions, and calls between a program and its host, for each kind of call. The counts are
//! deterministic, so a slow-down of the adapter is found without measuring time. The host's own work is not counted.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use wasi_adapt_tests::bench::{self, Counts};
use wasi_adapt_tests::golden;

/// Compilers differ by a few instructions.
const TOLERANCE: f64 = 0.15;
const FEW: f64 = 8.0;

static COUNTED: LazyLock<Vec<(&str, Vec<Counts>)>> = LazyLock::new(|| bench::counts().expect("the programs run"));

/// Formats a table with a row for each kind of call.
fn table(title: &str, show: impl Fn(&Counts) -> String) -> String {
    let mut text = format!("{title:28}");
    bench::COLUMNS.iter().for_each(|column| _ = write!(text, " {column:>17}"));
    for (row, found) in &*COUNTED {
        _ = write!(text, "\n{row:28}");
        found.iter().for_each(|counts| _ = write!(text, " {:>17}", show(counts)));
    }
    text + "\n"
}

/// Parses the figures of a table of instructions.
fn figures(text: &str) -> Vec<Vec<f64>> {
    let of_line = |line: &str| line[28..].split_whitespace().map(|figure| figure.parse().expect("a number")).collect();
    text.lines().skip(1).map(of_line).collect()
}

#[test]
fn calls_take_as_many_instructions_as_before() {
    const GOLDEN: &str = "bench/instructions.txt";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(GOLDEN);
    let expected = figures(&std::fs::read_to_string(path).unwrap_or_default());
    let same = |(found, expected): (&Counts, &f64)| (found.instructions - expected).abs() <= expected * TOLERANCE + FEW;
    let all_same = expected.len() == COUNTED.len()
        && COUNTED
            .iter()
            .zip(&expected)
            .all(|((_, found), expected)| found.len() == expected.len() && found.iter().zip(expected).all(same));
    if !all_same || std::env::var_os("BLESS").is_some() {
        golden::check(GOLDEN, &table("instructions", |counts| format!("{:.1}", counts.instructions)));
    }
}

#[test]
fn calls_need_the_host_as_often_as_before() {
    let show = |counts: &Counts| format!("{:.1} / {:.1}", counts.calls_to_host, counts.calls_from_host);
    golden::check("bench/host-calls.txt", &table("to / from the host", show));
}
