//! `wasi-adapt-fuzz` tests the code that reads other people's files with random inputs.
//!
//! An input depends only on its number. On any input, nothing may panic, take long or take much memory; each target
//! adds its own conditions.
//!
//! | module | what it does |
//! |---|---|
//! | `targets` | what is tried, and what must hold |
//! | `modules` | random modules |
//! | `sections` | a module with random custom sections |
//! | `random` | numbers, and damage to bytes |
//! | `watch` | how much memory an input takes, and how long |

mod modules;
mod random;
mod sections;
mod targets;
pub mod watch;

use anyhow::{Context, Result, bail};
use clap::Parser;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub use targets::{TARGETS, Target};

use crate::noninterference::{self, Below};

/// The target whose inputs are sequences of preview1 calls.
const CALLS: &str = "noninterference";
/// The default number of sequences, and the number after which progress is reported.
const SEQUENCES: u64 = 10_000_000;
const PART: u64 = 500_000;

/// Tries random inputs
///
/// The first one that does what it must not is written to a file, and a command is printed that tries it again.
#[derive(Parser)]
#[command(name = "wasi-adapt-fuzz")]
struct Args {
    /// Only these targets
    targets: Vec<String>,
    /// Time for which each target is tried; `noninterference` takes 10,000,000 inputs
    #[arg(long, value_name = "N", default_value_t = 60, conflicts_with = "inputs")]
    seconds: u64,
    /// Number of inputs tried for each target, however long it takes
    #[arg(long, value_name = "N")]
    inputs: Option<u64>,
    /// The number of the first input
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// An input that was written to a file
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Runs the command.
pub fn main() -> Result<()> {
    let args = Args::parse();
    let names: Vec<_> = TARGETS.iter().map(|target| target.name).chain([CALLS]).collect();
    if let Some(unknown) = args.targets.iter().find(|name| !names.contains(&name.as_str())) {
        bail!("there is no target `{unknown}`; there are {}", names.join(", "));
    }
    let chosen = |name: &str| args.targets.is_empty() || args.targets.iter().any(|other| other == name);
    for target in TARGETS.iter().filter(|target| chosen(target.name)) {
        if let Some(file) = &args.file {
            let input = std::fs::read(file).with_context(|| format!("reading `{}`", file.display()))?;
            watch::try_input(target, &input, file)?;
            continue;
        }
        let end = Instant::now() + Duration::from_secs(args.seconds);
        let is_over = |tried: u64| args.inputs.map_or_else(|| Instant::now() >= end, |inputs| tried >= inputs);
        let tried = run(target, args.seed, is_over)?;
        println!("{}: {tried} inputs", target.name);
    }
    if chosen(CALLS) && args.file.is_none() {
        calls(args.seed, args.inputs.unwrap_or(SEQUENCES))?;
    }
    Ok(())
}

/// Makes `sequences` sequences of random calls ([`noninterference`]).
fn calls(seed: u64, sequences: u64) -> Result<()> {
    let mut done = 0;
    while done < sequences {
        let seed = seed + done / noninterference::SEQUENCES;
        let below = Below::ALL[(done / PART) as usize % Below::ALL.len()];
        let options = noninterference::SequenceOptions { seed, sequences: PART.min(sequences - done), below };
        done += noninterference::run(options).context("--seed repeats it")?.sequences;
        eprintln!("{CALLS}: {done} of {sequences} sequences");
    }
    println!("{CALLS}: {done} sequences");
    Ok(())
}

/// Tries the inputs from `seed` on, and returns their number.
pub fn run(target: &Target, seed: u64, is_over: impl Fn(u64) -> bool) -> Result<u64> {
    let mut tried = 0;
    while !is_over(tried) {
        let number = seed.wrapping_add(tried);
        let input = (target.input)(number);
        let file = std::env::temp_dir().join(format!("wasi-adapt-fuzz-{}-{number}.wasm", target.name));
        watch::try_input(target, &input, &file).with_context(|| format!("input {number}"))?;
        tried += 1;
    }
    Ok(tried)
}

/// Keeps an input that a target fails for, and returns a message that says how to try it again.
fn keep(target: &Target, input: &[u8], file: &Path) -> String {
    let written = std::fs::write(file, input).map_or_else(|error| format!(" ({error})"), |()| String::new());
    let name = target.name;
    format!(
        "cargo run --release --package wasi-adapt-tests --bin wasi-adapt-fuzz -- {name} --file {}{written}",
        file.display()
    )
}
