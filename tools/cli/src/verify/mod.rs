//! `wasi-adapt verify`: does the component behave as the module did?

mod embedded;
mod report;
#[cfg(unix)]
mod scratch;

use super::link_options::{LinkArgs, link_named};
use super::program::ProgramArgs;
use super::{Common, NOT_VERIFIED, io, print};
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use std::io::{IsTerminal, Read};
use std::path::PathBuf;
use std::process::ExitCode;
use wasi_adapt::Trace;
use wasi_adapt_host::{Call, Error, Stdio, Verdict, verify_in};

/// Runs a module under a preview1 host and as a component, and compares what they do
///
/// Each run gets its own copy of the directories; the originals are not touched. Standard input, unless it is a
/// terminal, is read to its end and given to both. Files that are put into the component are given to the module in
/// directories, of which what is left behind is not compared. Compared are stdout, stderr, the exit status and the files left
/// behind, and what calls give; of a library for which no calls are named only the initialisation.
///
/// An adapter of `--adapt` serves the module too, if it imports nothing but the program's memory and functions. One for
/// preview1 itself serves the component only, and is compared with the preview1 host.
///
/// The exit status is 0 if nothing differs, 1 if something does, and 2 if one of both could not be run.
#[derive(Args)]
#[command(after_help = EXAMPLES, override_usage = "wasi-adapt verify [OPTIONS] <FILE> [ARGS]...")]
pub struct Verify {
    /// Call an exported function of numbers on both sides; may be given several times
    #[arg(long, value_name = "NAME[,ARG..]", value_parser = parse_call)]
    invoke: Vec<Call>,
    /// Show the calls of preview1 up to the first in which module and component part: all calls, or those in SPEC
    ///
    /// SPEC is as for `run --trace`, without `summary`. Times are left out, `_` stands for addresses and what clocks say, and `#`
    /// is before a checksum of what is shortened. `clock_time_get` is left out unless SPEC names it, because how often a program
    /// asks the clock depends on time. The exit status does not depend on the calls.
    #[arg(long, value_name = "SPEC", num_args = 0..=1, require_equals = true, value_parser = parse_trace)]
    trace: Option<Option<Trace>>,
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
    /// The directory for the copies, which the caller removes
    #[arg(long, value_name = "DIR", hide = true)]
    copies_in: Option<PathBuf>,
    #[command(flatten)]
    program: ProgramArgs,
    #[command(flatten)]
    link: LinkArgs,
}

const EXAMPLES: &str = "\
Examples:
  wasi-adapt verify program.wasm
  wasi-adapt verify --dir project::/ compiler.wasm -o /out /main.c
  wasi-adapt verify filter.wasm < input.txt
  wasi-adapt verify --trace=path_*,fd_* --dir . program.wasm
  wasi-adapt verify --invoke init --invoke add,2,3 library.wasm
  wasi-adapt verify --json program.wasm | jq -r '.differences[].message'";

/// `f,1,2`, or in WAVE `f(1, 2)`.
fn parse_call(text: &str) -> Result<Call, Error> {
    if text.contains('(') {
        return text.parse();
    }
    let mut parts = text.split(',');
    Call::new(parts.next().unwrap_or_default(), parts)
}

fn parse_trace(spec: &str) -> Result<Trace> {
    if spec.split(',').any(|word| word == "summary") {
        bail!("`summary` is a table of times, which are not compared");
    }
    Ok(spec.parse()?)
}

impl Verify {
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        #[cfg(unix)]
        if self.copies_in.is_none() {
            return scratch::run_with_copies();
        }
        let (json, file) = (self.json, self.program.file().to_owned());
        let verdict = match self.verdict(common) {
            Err(error) if json => {
                print(report::failed(&file, &error)?.as_bytes())?;
                return Ok(ExitCode::from(NOT_VERIFIED));
            }
            verdict => verdict?,
        };
        let text = if json { report::json(&file, &verdict)? } else { report::text(&io::display(&file), &verdict) };
        print(text.as_bytes())?;
        Ok(if verdict.differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn verdict(self, common: &Common) -> Result<Verdict> {
        let file = self.program.file();
        let module = io::read_wasm(file)?;
        let adapters = self.link.adapters()?;
        let mut linker = self.link.plan_with(&adapters)?;
        let trace = self.trace.map(|trace| trace.unwrap_or_default().to_host());
        linker = linker.trace(trace.clone());
        if !self.invoke.is_empty() {
            linker = linker.export_functions(true);
        }
        common.say(|| self.link.describe());
        let component = link_named(file, &module, &linker, common)?;
        let stdio = Stdio::Captured { stdin: if io::is_stdin(file) { Vec::new() } else { stdin()? } };
        let name = io::display(file);
        let host = self.program.host(common)?;
        let mut invocation = self.program.plan(stdio)?;
        invocation.calls = self.invoke;
        invocation.entry = self.link.entry();
        invocation.adapters = adapters;
        invocation.trace = trace;
        let copies = self.copies_in.unwrap_or_else(std::env::temp_dir);
        let files = tempfile::tempdir_in(&copies).context("making a temporary directory")?;
        invocation.embedded = embedded::write(&component, &files.path().join("files"))?;
        let verdict = verify_in(&copies, &host, &module, &component, &invocation).map_err(|error| match error {
            Error::NeedsWasi02 { .. } => anyhow!("{error}\n  remedy: run it as a component, with `wasi-adapt run`"),
            error => error.into(),
        });
        verdict.with_context(|| format!("verifying {name}"))
    }
}

/// All of stdin, for both runs; nothing if that is a terminal.
fn stdin() -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut stdin = std::io::stdin().lock();
    if !stdin.is_terminal() {
        stdin.read_to_end(&mut bytes).context("reading stdin for the program")?;
    }
    Ok(bytes)
}
