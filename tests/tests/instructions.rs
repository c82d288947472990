//! How many instructions of WebAssembly calls take. They repeat exactly, so a slow-down of the adapter is found without
//! timing anything; what hosts do is not counted.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use wasi_adapt_tests::{bench, golden};

const GOLDEN: &str = "bench/instructions.txt";

/// Compilers differ by some instructions.
const TOLERANCE: f64 = 0.15;
const FEW: f64 = 8.0;

static COUNTED: LazyLock<Vec<(&str, Vec<f64>)>> = LazyLock::new(|| bench::instructions().expect("the programs run"));

/// A table: a row for each kind of call, with its instructions in each column.
fn shown() -> String {
    let mut text = format!("{:28}", "instructions");
    bench::COLUMNS.iter().for_each(|column| _ = write!(text, " {column:>10}"));
    for (row, figures) in &*COUNTED {
        _ = write!(text, "\n{row:28}");
        figures.iter().for_each(|figure| _ = write!(text, " {figure:>10.1}"));
    }
    text + "\n"
}

/// The figures of such a table.
fn figures(text: &str) -> Vec<Vec<f64>> {
    let of_line = |line: &str| line[28..].split_whitespace().map(|figure| figure.parse().expect("a number")).collect();
    text.lines().skip(1).map(of_line).collect()
}

#[test]
fn calls_take_as_many_as_before() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(GOLDEN);
    let expected = figures(&std::fs::read_to_string(path).unwrap_or_default());
    let same = |found: &f64, expected: &f64| (found - expected).abs() <= expected * TOLERANCE + FEW;
    let all_same = expected.len() == COUNTED.len()
        && COUNTED.iter().zip(&expected).all(|((_, found), expected)| {
            found.len() == expected.len() && found.iter().zip(expected).all(|(found, expected)| same(found, expected))
        });
    if !all_same || std::env::var_os("BLESS").is_some() {
        golden::check(GOLDEN, &shown());
    }
}
