//! `wasi-adapt-bench` measures calls, connections and instances, and compares them with other ways to run the same
//! program.
//!
//! A table has columns, each a way to run the same program, and rows, each an operation. The ways of a row are run in
//! turn, repeatedly, so that other work of the machine affects all of them; the result is the median. No test checks a
//! time.
//!
//! | module | what it does |
//! |---|---|
//! | `programs`, `generated` | what is measured: `guests/bench`, compiled; modules of a given size |
//! | `engine` | the hosts, in one engine |
//! | `ways` | a module on wasmtime's preview1 host, and as a component with each adapter |
//! | `wasi_common` | a module on the other preview1 host |
//! | `calls` | the table of calls |
//! | `instances` | the table of what a program costs that does little |
//! | `files` | the tables of files in the component |
//! | `traces` | the table of traced calls |
//! | `links` | the table of what making a component costs |
//! | `sockets` | the table of sockets: native, `wasi:sockets` itself, the library of the sdk |
//! | `http` | the table of CGI programs: servers for components, native programs, modules on a preview1 host |
//! | `clock` | the time of a processor |
//! | `pin` | keeps what is measured on one processor |
//! | `runner` | runs the ways of a row in turn |
//! | `report` | the figures: a table for a terminal, JSON |
//! | `chart` | the figures as bars, SVG |

mod calls;
pub mod chart;
mod clock;
mod engine;
mod files;
mod generated;
mod http;
mod instances;
mod links;
mod pin;
mod programs;
pub mod report;
mod runner;
mod sockets;
mod traces;
mod wasi_common;
mod ways;

pub use calls::{Counts, counts};
pub use ways::COLUMNS;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use report::{Measurements, Table};
use runner::Selection;
use std::path::{Path, PathBuf};

/// Measures what calls cost through the adapter, and without it
///
/// Every row is measured in several ways in turn, and the medians are printed with their ratios. Rows and columns are
/// explained in tests/src/bench/.
#[derive(Parser)]
#[command(name = "wasi-adapt-bench", after_help = EXAMPLES)]
struct Args {
    /// Only rows whose name, as `table/row`, contains this; can be given more than once
    #[arg(long, value_name = "TEXT")]
    filter: Vec<String>,
    /// Only this column; can be given more than once
    #[arg(long, value_name = "NAME")]
    column: Vec<String>,
    /// Little of everything, to see that it works; the figures say nothing
    #[arg(long)]
    quick: bool,
    /// Number of runs of each row in each way; by default 11, or 1 with `--quick`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    runs: Option<u32>,
    /// Lets `perf report` name the functions of WebAssembly, by a file in /tmp
    #[arg(long)]
    perf_map: bool,
    /// Writes all figures to a file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Writes a chart of the ratios to a file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  wasi-adapt-bench
  wasi-adapt-bench --filter sockets/ --runs 15
  wasi-adapt-bench --quick --json figures.json
  wasi-adapt-bench --filter calls/ --svg chart.svg
  perf record wasi-adapt-bench --filter \"random 32 B\" --column isolated --perf-map --runs 99";

/// Runs the command.
pub fn main() -> Result<()> {
    let args = Args::parse();
    let runs = args.runs.unwrap_or(if args.quick { 1 } else { 11 });
    let plan =
        Selection { runs, quick: args.quick, filter: args.filter, columns: args.column, perf_map: args.perf_map };
    let report = Measurements { tables: tables(&plan)? };
    ensure!(report.tables.iter().any(|table| !table.rows.is_empty()), "no row has such a name");
    ensure!(report.tables.iter().any(Table::has_figures), "no column of these rows has such a name");
    print!("{report}");
    if let Some(path) = args.json {
        write(&path, &report.json())?;
    }
    if let Some(path) = args.svg {
        write(&path, &chart::svg(&report))?;
    }
    Ok(())
}

fn tables(plan: &Selection) -> Result<Vec<Table>> {
    // Linking uses all available processors, and its threads keep the set that was available when they started.
    let links = links::table(plan)?;
    let (calls, instances) = pin::on_one_processor(|| anyhow::Ok((calls::table(plan)?, instances::table(plan)?)))?;
    let (files, embedded) = pin::on_one_processor(|| anyhow::Ok((files::calls(plan)?, files::instances(plan)?)))?;
    let traces = pin::on_one_processor(|| traces::table(plan))?;
    let sockets = pin::on_one_processor(|| sockets::table(plan))?;
    let http = http::table(plan)?;
    Ok(vec![calls, instances, files, embedded, traces, links, sockets, http])
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).with_context(|| format!("writing `{}`", path.display()))
}
