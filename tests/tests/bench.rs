//! `wasi-adapt-bench`: what it says of given figures, and that it finds figures for every column. No test looks at how
//! long anything took.

mod support;

use std::process::Command;

use serde_json::Value;
use support::{ZIG_CACHE, output_of};
use wasi_adapt_tests::bench::report::{Figure, Report, Row, Table, Unit};
use wasi_adapt_tests::golden;

fn row<const N: usize>(name: &str, unit: Unit, costs: [&[f64]; N]) -> Row {
    Row { name: name.into(), unit, figures: costs.map(|costs| Figure::of(costs.into())).into() }
}

/// Quantities of every size, a column that lacks a row, and a table without rows.
fn report() -> Report {
    let (columns, ratios) = (["host", "official", "ours"].map(String::from), vec![(1, 0), (2, 0), (2, 1)]);
    let rows = vec![
        row("read 64 B", Unit::Nanoseconds, [&[812.0, 799.5, 1200.0], &[1250.25, 1244.0], &[790.0]]),
        row("write 1 MiB", Unit::Nanoseconds, [&[395_400.0], &[999_600.0], &[415_000.0, 421_000.0, 418_000.0]]),
        row("link", Unit::Nanoseconds, [&[], &[9_996_000.0], &[2.5e9]]),
        row("memory", Unit::Bytes, [&[1000.0], &[1536.0], &[5_400_000.0]]),
    ];
    let calls = Table { name: "calls".into(), columns: columns.into(), ratios, rows };
    let (columns, ratios) = (["native", "shim"].map(String::from), vec![(1, 0)]);
    let rows = vec![row("round trip", Unit::Nanoseconds, [&[13_600.0], &[21_500.0]])];
    let sockets = Table { name: "sockets".into(), columns: columns.clone().into(), ratios: ratios.clone(), rows };
    let none = Table { name: "nothing".into(), columns: columns.into(), ratios, rows: Vec::new() };
    Report { tables: vec![calls, none, sockets] }
}

#[test]
fn the_table_shows_medians_and_ratios() {
    golden::check("bench/table.txt", &report().to_string());
}

#[test]
fn the_json_has_all_figures() {
    golden::check("bench/report.json", &report().json());
}

/// Runs the command on some rows, a little only, and gives its tables.
fn measured(filter: &str) -> Vec<Value> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let json = directory.path().join("report.json");
    let mut bench = Command::new(env!("CARGO_BIN_EXE_wasi-adapt-bench"));
    output_of(bench.args(["--quick", "--filter", filter, "--json"]).arg(&json).envs(ZIG_CACHE));
    let report: Value = serde_json::from_slice(&std::fs::read(json).expect("the file")).expect("JSON");
    report["tables"].as_array().expect("tables").clone()
}

/// Expects one row, with a figure in each column but the missing ones.
#[track_caller]
fn expect_row(filter: &str, missing: &[&str]) {
    let tables: Vec<_> = measured(filter).into_iter().filter(|table| table["rows"][0].is_object()).collect();
    assert_eq!(tables.len(), 1, "{filter}: {tables:?}");
    let (columns, rows) = (tables[0]["columns"].as_array().expect("columns"), &tables[0]["rows"]);
    assert_eq!(rows.as_array().map(Vec::len), Some(1), "{filter}: {rows}");
    for (at, column) in columns.iter().enumerate() {
        let median = rows[0]["figures"][at]["median"].as_f64();
        let is_missing = missing.contains(&column.as_str().expect("a name"));
        assert_eq!(median.is_some_and(|median| median > 0.0), !is_missing, "{filter}, {column}: {rows}");
    }
}

#[test]
fn sockets_are_measured_in_every_way() {
    expect_row("sockets/round trip of 64 B, client", &[]);
    expect_row("sockets/echo 64 KiB, server", &[]);
}

#[test]
fn a_filter_for_nothing_is_an_error() {
    let mut bench = Command::new(env!("CARGO_BIN_EXE_wasi-adapt-bench"));
    let ended = support::end_of(bench.args(["--quick", "--filter", "no such row"]), "");
    assert_eq!(ended.status, Some(1));
    assert!(ended.stderr.starts_with("Error: no row has such a name\n"), "{}", ended.stderr);
}
