//! Measures what a trace costs: each call is a line, which goes to `/dev/null`, or is counted for the summary.

use super::calls;
use super::engine::Engine;
use super::programs::Programs;
use super::report::{Table, Unit};
use super::runner::Selection;
use crate::guests;
use anyhow::Result;
use wasi_adapt::{Linker, Trace};

const NAME: &str = "trace";

/// Without a trace; with one of all calls; with a summary of all calls; with a trace of other calls than the row's.
const COLUMNS: [&str; 4] = ["off", "lines", "summary", "others"];
const RATIOS: [(usize, usize); 3] = [(1, 0), (2, 0), (3, 0)];

/// The function that `others` traces.
const OTHER: &str = "random_get";

/// Rows of `calls.c`, each with the number of repetitions that takes some milliseconds.
const ROWS: [(&str, u32); 5] = [
    ("read 64 B", 10_000),
    ("write 64 KiB", 512),
    ("monotonic clock", 50_000),
    ("filestat of a path", 5_000),
    ("open, close", 5_000),
];

/// Standard output, which is discarded.
const OUTPUT: u32 = 1;

pub fn table(plan: &Selection) -> Result<Table> {
    let mut rows = Vec::new();
    let wanted: Vec<_> = ROWS.into_iter().filter(|(row, _)| plan.wants(NAME, row)).collect();
    if !wanted.is_empty() {
        let (files, module) = (calls::files()?, Programs::new()?.preview1(&guests::bench::CALLS)?);
        let engine = Engine::new(plan.perf_map)?;
        let mut ways = Vec::new();
        for spec in [None, Some("*"), Some("summary"), Some(OTHER)] {
            let trace = spec.map(str::parse::<Trace>).transpose()?.map(|trace| trace.output(OUTPUT));
            ways.push(engine.component(&Linker::new().trace(trace).link(&module)?.wasm)?);
        }
        for (row, count) in wanted {
            let count = plan.count(count);
            let [idle, busy] = [0, count].map(|count| calls::start(row, count, files.path()));
            let ways = ways.iter().map(|prepared| Some(calls::way(prepared, [&idle, &busy], count)));
            rows.push(plan.measure(row, Unit::Nanoseconds, &COLUMNS, ways.collect())?);
        }
    }
    Ok(Table::new(NAME, &COLUMNS, &RATIOS, rows))
}
