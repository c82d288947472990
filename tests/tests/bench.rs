//! `wasi-adapt-bench` formats given figures correctly, and measures every column. No test checks a time.

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use support::{ZIG_CACHE, output_of, root};
use wasi_adapt_tests::bench::chart;
use wasi_adapt_tests::bench::report::{Figure, Measurements, Row, Table, Unit};
use wasi_adapt_tests::golden;

fn row<const N: usize>(name: &str, unit: Unit, costs: [&[f64]; N]) -> Row {
    Row { name: name.into(), unit, figures: costs.map(|costs| Figure::of(costs.into())).into() }
}

/// Quantities of every size, a row that some columns lack, tables without rows and wider than a terminal.
fn report() -> Measurements {
    let calls = vec![
        row("read 64 B", Unit::Nanoseconds, [&[812.0, 799.5, 1200.0], &[1250.25, 1244.0], &[790.0]]),
        row("write 1 MiB", Unit::Nanoseconds, [&[395_400.0], &[999_600.0], &[415_000.0, 421_000.0, 418_000.0]]),
        row("link", Unit::Nanoseconds, [&[], &[9_996_000.0], &[2.5e9]]),
        row("memory < 1 & more", Unit::Bytes, [&[1000.0], &[1536.0], &[5_400_000.0]]),
    ];
    let (columns, ratios) = (["host", "official", "ours"], [(1, 0), (2, 0), (2, 1)]);
    let calls = Table::new("calls", &columns, &ratios, calls).charted(&[(1, 0), (2, 0)]);
    let nothing = Table::new("nothing", &columns, &ratios, Vec::new());
    let rows = vec![row("round trip", Unit::Nanoseconds, [&[13_600.0], &[21_500.0]])];
    let sockets = Table::new("sockets", &["native", "shim"], &[(1, 0)], rows);
    // Too wide for a terminal.
    let columns = ["the first of all", "the one after that", "the third", "the last"];
    let rows = vec![row("a row", Unit::Bytes, [&[1.0], &[2.0], &[3.0], &[4.0]])];
    let wide = Table::new("wide", &columns, &[(1, 0), (2, 0), (3, 0)], rows).charted(&[(2, 1)]);
    Measurements { tables: vec![calls, nothing, sockets, wide] }
}

#[test]
fn the_table_shows_medians_and_ratios() {
    golden::check("bench/table.txt", &report().to_string());
}

#[test]
fn the_json_has_all_figures() {
    golden::check("bench/report.json", &report().json());
}

#[test]
fn the_chart_shows_what_a_table_charts() {
    golden::check("bench/chart.svg", &chart::svg(&report()));
}

/// One row of each table.
const ROWS: [&str; 8] = [
    "calls/write 16 x 64 B",
    "instances/linear memory of an instance",
    "files/read 1 MiB",
    "embedded/instantiate, open a file",
    "trace/filestat of a path",
    "link/module of 3 MB",
    "sockets/round trip of 64 B, client",
    "http/hello, a request",
];

#[test]
fn every_column_is_measured() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let [json, svg] = ["report.json", "chart.svg"].map(|name| directory.path().join(name));
    let mut bench = Command::new(env!("CARGO_BIN_EXE_wasi-adapt-bench"));
    bench.arg("--quick").args(ROWS.iter().flat_map(|row| ["--filter", row])).envs(ZIG_CACHE);
    let shown = output_of(bench.arg("--json").arg(&json).arg("--svg").arg(&svg));

    let report: Value = serde_json::from_slice(&fs::read(json).expect("the figures")).expect("JSON");
    let tables = report["tables"].as_array().expect("tables");
    let mut measured = Vec::new();
    for table in tables {
        for row in table["rows"].as_array().expect("rows") {
            measured.push(format!(
                "{}/{}",
                table["name"].as_str().expect("a name"),
                row["name"].as_str().expect("a name")
            ));
            for (at, column) in table["columns"].as_array().expect("columns").iter().enumerate() {
                let median = row["figures"][at]["median"].as_f64();
                // Some servers are not on each machine.
                let server = match column.as_str() {
                    Some("native") => Path::new("/usr/sbin/lighttpd").into(),
                    _ => root().join(".tools/wasmcloud"),
                };
                if table["name"] == "http" && (column == "native" || column == "wasmcloud") && !server.exists() {
                    continue;
                }
                assert!(median.is_some_and(|median| median > 0.0), "{measured:?}, {column}: {row}");
            }
        }
    }
    assert_eq!(measured, ROWS);
    let chart = fs::read_to_string(svg).expect("the chart");
    for row in ROWS.map(|row| row.split_once('/').expect("a table and a row").1) {
        assert!(shown.contains(row), "{shown}");
        let charted = row.contains("16 x 64") || row.contains("memory");
        assert_eq!(chart.contains(row), charted, "{row} in {chart}");
    }
}

#[test]
fn a_column_can_be_measured_by_itself() {
    let mut bench = Command::new(env!("CARGO_BIN_EXE_wasi-adapt-bench"));
    bench.args(["--quick", "--perf-map", "--filter", "random 32 B", "--column", "guest"]).envs(ZIG_CACHE);
    let shown = output_of(&mut bench);
    let row = shown.lines().find(|line| line.starts_with("random 32 B")).expect("the row");
    let figures: Vec<_> = row["random 32 B".len()..].split("  ").filter(|figure| !figure.trim().is_empty()).collect();
    let measured: Vec<_> = figures.iter().take(5).map(|figure| figure.trim() != "-").collect();
    assert_eq!(measured, [false, false, false, true, false], "{shown}");
}

#[test]
fn a_filter_for_nothing_is_an_error() {
    let complaint = |args: &[&str]| {
        let mut bench = Command::new(env!("CARGO_BIN_EXE_wasi-adapt-bench"));
        let ended = support::end_of(bench.arg("--quick").args(args).envs(ZIG_CACHE), "");
        assert_eq!(ended.status, Some(1));
        ended.stderr
    };
    let row = complaint(&["--filter", "no such row"]);
    assert!(row.starts_with("Error: no row has such a name\n"), "{row}");
    let column = complaint(&["--filter", "random 32 B", "--column", "native"]);
    assert!(column.contains("Error: no column of these rows has such a name\n"), "{column}");
}
