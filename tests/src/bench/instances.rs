//! Measures starting, keeping and linking a small program.

use super::clock;
use super::engine::{Engine, Launch, Prepared};
use super::programs::Programs;
use super::report::{Table, Unit};
use super::runner::{Selection, Way};
use super::ways::{self, CHARTED, COLUMNS, RATIOS};
use crate::guests;
use anyhow::{Context, Result};

const NAME: &str = "instances";

/// The number of instances that are kept at once.
pub const KEPT: u32 = 64;

type Cost = fn(&Prepared, &Launch, u32) -> Result<f64>;

const ROWS: [(&str, Unit, Cost, u32); 3] = [
    ("instantiate, say hello", Unit::Nanoseconds, time, 200),
    ("linear memory of an instance", Unit::Bytes, linear_memory, 1),
    ("resident memory of an instance", Unit::Bytes, resident_memory, KEPT),
];

pub fn table(plan: &Selection) -> Result<Table> {
    let mut rows = Vec::new();
    let wanted: Vec<_> = ROWS.into_iter().filter(|(row, ..)| plan.wants(NAME, row)).collect();
    if !wanted.is_empty() {
        let ways = ways::prepare(&Engine::new(plan.perf_map)?, &Programs::new()?.preview1(&guests::bench::HELLO)?)?;
        let start = &Launch { args: vec!["hello".into()], ..Launch::default() };
        for (row, unit, cost, count) in wanted {
            let count = if unit == Unit::Bytes { count } else { plan.count(count) };
            let way = |prepared| Some(Box::new(move || cost(prepared, start, count)) as Way);
            rows.push(plan.measure(row, unit, &COLUMNS, ways.iter().map(way).collect())?);
        }
    }
    Ok(Table::new(NAME, &COLUMNS, &RATIOS, rows).charted(&CHARTED))
}

/// Returns the nanoseconds from the compiled program to its end.
pub fn time(prepared: &Prepared, start: &Launch, count: u32) -> Result<f64> {
    let began = clock::now();
    for _ in 0..count {
        prepared.run(start)?;
    }
    Ok((clock::now() - began).as_nanos() as f64 / f64::from(count))
}

/// Returns the size of an instance's memories.
fn linear_memory(prepared: &Prepared, start: &Launch, _: u32) -> Result<f64> {
    Ok(prepared.run(start)?.linear_memory as f64)
}

/// Returns the growth of this process per instance, after they have run and while they exist.
pub fn resident_memory(prepared: &Prepared, start: &Launch, count: u32) -> Result<f64> {
    give_back();
    let before = resident()?;
    let kept = (0..count).map(|_| prepared.run(start)).collect::<Result<Vec<_>>>()?;
    let grown = resident()?.saturating_sub(before);
    drop(kept);
    Ok(grown as f64 / f64::from(count))
}

/// Returns the allocator's free memory to the system: reuse of it would not be measured.
fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: only memory that is already free is returned.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Returns the resident size of this process, in bytes.
fn resident() -> Result<u64> {
    let file = "/proc/self/smaps_rollup";
    let text = std::fs::read_to_string(file).context(file)?;
    let line = text.lines().find_map(|line| line.strip_prefix("Rss:")).with_context(|| format!("{file} has no Rss"))?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}
