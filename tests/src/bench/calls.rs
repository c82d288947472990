//! Measures preview1 calls. `guests/bench/calls.c` makes them.

use super::clock;
use super::engine::{Engine, Launch, Prepared, RunResult};
use super::programs::Programs;
use super::report::{Table, Unit};
use super::runner::{Selection, Way};
use super::wasi_common::WasiCommon;
use super::ways::{self, CHARTED, COLUMNS, RATIOS};
use crate::guests;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const NAME: &str = "calls";

/// The rows of `calls.c`, each with the number of repetitions that takes some milliseconds.
const ROWS: [(&str, u32); 22] = [
    ("write 1 MiB", 32),
    ("write 64 KiB", 512),
    ("write 8 KiB", 4_000),
    ("write 64 B", 20_000),
    ("write 16 x 64 B", 10_000),
    ("pwrite 64 KiB", 512),
    ("read 64 KiB", 500),
    ("read 64 B", 20_000),
    ("read 16 x 64 B", 10_000),
    ("pread 64 KiB", 512),
    ("seek, read 64 B", 20_000),
    ("stdout 64 KiB", 1_000),
    ("monotonic clock", 200_000),
    ("random 32 B", 50_000),
    ("fdstat of a file", 20_000),
    ("fdstat of stdout", 100_000),
    ("filestat of a file", 20_000),
    ("open, close", 5_000),
    ("filestat of a path", 5_000),
    ("list 2,000 entries", 2),
    ("walk 10,000 files", 1),
    ("1,000 environment variables", 1),
];

/// A file system in memory, if there is one, so that disks are not measured.
const MEMORY: &str = "/dev/shm";

pub fn table(plan: &Selection) -> Result<Table> {
    let mut rows = Vec::new();
    // The other preview1 host is compared with the first, and our default layout with it.
    let (columns, ratios) = ([&COLUMNS[..], &["wasi-common"]].concat(), [&RATIOS[..], &[(6, 0), (2, 6)]].concat());
    let wanted: Vec<_> = ROWS.into_iter().filter(|(row, _)| plan.wants(NAME, row)).collect();
    if !wanted.is_empty() {
        let (files, module) = (files()?, Programs::new()?.preview1(&guests::bench::CALLS)?);
        let ways = ways::prepare(&Engine::new(plan.perf_map)?, &module)?;
        let wasi_common = WasiCommon::new(&module, files.path())?;
        for (row, count) in wanted {
            let count = plan.count(count);
            let [idle, busy] = [0, count].map(|count| start(row, count, files.path()));
            let all = ways.iter().map(|prepared| prepared as &dyn Timed).chain([&wasi_common as &dyn Timed]);
            let ways = all.map(|timed| Some(way(timed, [&idle, &busy], count)));
            rows.push(plan.measure(row, Unit::Nanoseconds, &columns, ways.collect())?);
        }
    }
    Ok(Table::new(NAME, &columns, &ratios, rows).charted(&CHARTED))
}

/// The deterministic cost of a row, in the program and in the adapter.
#[derive(Clone, Copy)]
pub struct Counts {
    /// The number of WebAssembly instructions.
    pub instructions: f64,
    pub calls_to_host: f64,
    pub calls_from_host: f64,
}

/// The number of repetitions when counting.
const FEW: u32 = 16;

/// Counts the cost of each row, in the order of the columns.
pub fn counts() -> Result<Vec<(&'static str, Vec<Counts>)>> {
    let (files, module) = (files()?, Programs::new()?.preview1(&guests::bench::CALLS)?);
    let ways = ways::prepare(&Engine::counting()?, &module)?;
    let count = |(row, count): (&'static str, u32)| {
        let count = count.min(FEW);
        let [idle, busy] = [0, count].map(|count| start(row, count, files.path()));
        let taken = |prepared: &Prepared| {
            let (idle, busy) = (prepared.run(&idle)?, prepared.run(&busy)?);
            let each = |of: fn(&RunResult) -> u64| (of(&busy) as f64 - of(&idle) as f64) / f64::from(count);
            anyhow::Ok(Counts {
                instructions: each(|ran| ran.instructions),
                calls_to_host: each(|ran| ran.calls.to_host),
                calls_from_host: each(|ran| ran.calls.from_host),
            })
        };
        Ok((row, ways.iter().map(taken).collect::<Result<_>>()?))
    };
    ROWS.into_iter().map(count).collect()
}

pub fn start(row: &str, count: u32, files: &Path) -> Launch {
    let args = ["calls", row, &count.to_string()].map(String::from).into();
    let variables = if row.contains("environment") { 1000 } else { 0 };
    let env = (0..variables).map(|n| (format!("VARIABLE_{n}"), format!("value {n}"))).collect();
    Launch { args, env, dir: Some(files.into()), network: false }
}

/// A program of which runs can be timed.
pub trait Timed {
    /// Runs it, and returns the nanoseconds of processor time that it takes.
    fn time(&self, start: &Launch) -> Result<f64>;
}

impl Timed for Prepared {
    fn time(&self, start: &Launch) -> Result<f64> {
        let began = clock::now();
        self.run(start)?;
        Ok((clock::now() - began).as_nanos() as f64)
    }
}

impl Timed for WasiCommon {
    fn time(&self, start: &Launch) -> Result<f64> {
        WasiCommon::time(self, start)
    }
}

/// Measures one of the `count` operations of a busy run.
pub fn way<'a>(program: &'a dyn Timed, [idle, busy]: [&'a Launch; 2], count: u32) -> Way<'a> {
    Box::new(move || Ok(cost(program, idle, busy)? / f64::from(count)))
}

/// Returns the difference in time between two ways to start a program, in nanoseconds.
pub fn cost(program: &dyn Timed, idle: &Launch, busy: &Launch) -> Result<f64> {
    let idle = program.time(idle)?;
    Ok((program.time(busy)? - idle).max(1.0))
}

/// Creates the files that the program works on: a file, a directory of 2,000 files, a tree of 10,000.
pub fn files() -> Result<TempDir> {
    let place = if Path::new(MEMORY).is_dir() { MEMORY.into() } else { std::env::temp_dir() };
    let dir = tempfile::tempdir_in(place).context("making a directory to work on")?;
    fs::write(dir.path().join("read"), vec![7; 32 << 20])?;
    fill(&dir.path().join("entries"), 2000)?;
    for n in 0..100 {
        fill(&dir.path().join(format!("tree/directory-{n}")), 100)?;
    }
    Ok(dir)
}

fn fill(dir: &Path, count: u32) -> Result<()> {
    fs::create_dir_all(dir)?;
    (0..count).try_for_each(|n| Ok(fs::write(dir.join(format!("file-{n}.txt")), "")?))
}
