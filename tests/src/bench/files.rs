//! Measures files in the component, next to those of the host: calls, and what an instance costs that has many of them.

use super::calls::{self, Timed};
use super::engine::{Engine, Launch, Prepared};
use super::instances;
use super::programs::Programs;
use super::report::{Table, Unit};
use super::runner::{Selection, Way};
use super::wasi_common::WasiCommon;
use super::ways;
use crate::guests;
use crate::run::{self, Adapter};
use anyhow::Result;
use std::fs;
use std::path::Path;
use wasi_adapt::{FileTree, Layout, Linker};

const CALLS: &str = "files";
const INSTANCES: &str = "embedded";

/// The first four have files of the host, in its memory.
const COLUMNS: [&str; 6] = ["p1", "wasi-common", "official", "isolated", "embedded", "memory"];
/// Files in the component are compared with both preview1 hosts, and with the same component without files.
const RATIOS: [(usize, usize); 6] = [(4, 0), (5, 0), (4, 1), (5, 1), (4, 3), (5, 3)];

/// Rows of `calls.c`, each with the number of repetitions that takes some milliseconds.
const ROWS: [(&str, u32); 8] = [
    ("read 1 MiB", 31),
    ("read 64 KiB", 500),
    ("read 64 B", 20_000),
    ("write 1 MiB", 31),
    ("write 64 KiB", 500),
    ("pwrite 64 KiB", 2_000),
    ("open, stat, close", 5_000),
    ("walk 10,000 files", 1),
];

/// The memory for files: `calls.c` writes up to 32 MiB.
const SPACE: u32 = 64 << 20;

pub fn calls(plan: &Selection) -> Result<Table> {
    let mut rows = Vec::new();
    let wanted: Vec<_> = ROWS.into_iter().filter(|(row, _)| plan.wants(CALLS, row)).collect();
    if !wanted.is_empty() {
        let (files, module) = (calls::files()?, Programs::new()?.preview1(&guests::bench::CALLS)?);
        let engine = Engine::new(plan.perf_map)?;
        let mut embedded = FileTree::new();
        embedded.embed(files.path(), "/");
        let mut memory = embedded.clone();
        memory.writable("/", SPACE);
        let wasi_common = WasiCommon::new(&module, files.path())?;
        let p1 = engine.preview1(&module)?;
        let components = [
            engine.component(&ways::official(&module)?)?,
            engine.component(&run::link(&module, Adapter::OursIn(Layout::Isolated))?)?,
            engine.component(&with_files(&module, embedded)?)?,
            engine.component(&with_files(&module, memory)?)?,
        ];
        for (row, count) in wanted {
            let count = plan.count(count);
            let [idle, busy] = [0, count].map(|count| calls::start(row, count, files.path()));
            let hosts: [&dyn Timed; 2] = [&p1, &wasi_common];
            let all = hosts.into_iter().chain(components.iter().map(|prepared| prepared as &dyn Timed));
            let ways = all.zip(COLUMNS).map(|(timed, column)| {
                let has_row = column != "embedded" || !row.contains("write");
                has_row.then(|| way(timed, files.path(), [&idle, &busy], count))
            });
            rows.push(plan.measure(row, Unit::Nanoseconds, &COLUMNS, ways.collect())?);
        }
    }
    Ok(Table::new(CALLS, &COLUMNS, &RATIOS, rows))
}

/// The cost of each of `count` repetitions.
fn way<'a>(timed: &'a dyn Timed, files: &'a Path, [idle, busy]: [&'a Launch; 2], count: u32) -> Way<'a> {
    Box::new(move || {
        // In the component it is new in each run.
        _ = fs::remove_file(files.join("written"));
        Ok(calls::cost(timed, idle, busy)? / f64::from(count))
    })
}

fn with_files(module: &[u8], files: FileTree) -> Result<Vec<u8>> {
    Ok(Linker::new().layout(Layout::Isolated).embed(files).link(module)?.wasm)
}

/// The sizes of what is embedded beside the file that the program opens.
const SIZES: [(&str, usize); 3] = [("nothing", 0), ("10 MB", 10_000_000), ("200 MB", 200_000_000)];

type Cost = fn(&Prepared, &Launch, u32) -> Result<f64>;

const COSTS: [(&str, Unit, Cost, u32); 2] = [
    ("instantiate, open a file", Unit::Nanoseconds, instances::time, 200),
    ("resident memory of an instance", Unit::Bytes, instances::resident_memory, instances::KEPT),
];

pub fn instances(plan: &Selection) -> Result<Table> {
    let (mut rows, columns) = (Vec::new(), SIZES.map(|(name, _)| name));
    let wanted: Vec<_> = COSTS.into_iter().filter(|(row, ..)| plan.wants(INSTANCES, row)).collect();
    if !wanted.is_empty() {
        let (engine, module) = (Engine::new(plan.perf_map)?, Programs::new()?.preview1(&guests::bench::CALLS)?);
        let prepare = |(_, size): (&str, usize)| {
            let mut files = FileTree::new();
            files.preopen("/").file("/tree/directory-50/file-50.txt", "small").file("/large", vec![7; size]);
            engine.component(&with_files(&module, files)?)
        };
        let ways = SIZES.into_iter().map(prepare).collect::<Result<Vec<_>>>()?;
        let start = &Launch { dir: None, ..calls::start("open, stat, close", 1, Path::new("")) };
        for (row, unit, cost, count) in wanted {
            let count = if unit == Unit::Bytes { count } else { plan.count(count) };
            let way = |prepared| Some(Box::new(move || cost(prepared, start, count)) as Way);
            rows.push(plan.measure(row, unit, &columns, ways.iter().map(way).collect())?);
        }
    }
    Ok(Table::new(INSTANCES, &columns, &[(1, 0), (2, 0)], rows))
}
