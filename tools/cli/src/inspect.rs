//! `wasi-adapt inspect`: what files are, what they need, and what stands in the way.

use super::failure::Failure;
use super::inputs::{Input, expand};
use super::link_options::{LinkArgs, warn_of_unused};
use super::seal::SealArgs;
use super::sealed_linker::SealedLinker;
use super::trace_options::TraceArgs;
use super::{Common, io, print, usage};
use anyhow::{Context, Result};
use clap::Args;
use rayon::prelude::*;
use serde::Serialize;
use std::path::PathBuf;
use std::process::ExitCode;
use wasi_adapt::inspect::{Host, Kind, Report};
use wasi_adapt::names::shown;

/// Says what a module is, who will serve its imports, and what keeps it from becoming a component
///
/// The adapter serves `wasi_snapshot_preview1` and its predecessor `wasi_unstable`. Every problem comes with its remedy.
///
/// Of a directory, all files `.wasm` and `.wat` below it are inspected.
///
/// The exit status is 1 if a file cannot be read or is no WebAssembly. Whether there are problems decides it with `--check` only.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Inspect {
    /// Modules or components, binary or text, and directories; `-` or nothing is stdin
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    files: Vec<PathBuf>,
    /// Print JSON, for programs: of one file an object, of several or of a directory an array of these
    #[arg(long)]
    json: bool,
    /// Draw the component as SVG: its parts with their sizes to scale, and the interfaces that it imports; for one file
    #[arg(long, conflicts_with_all = ["json", "why"])]
    svg: bool,
    /// Exit with 1 if anything keeps a module from becoming a component
    #[arg(long)]
    check: bool,
    /// Say only what makes the component import an interface, such as `wasi:io/poll`
    #[arg(long, value_name = "INTERFACE", conflicts_with = "json")]
    why: Option<String>,
    /// Warn of what this host lacks: `wasmtime`, `wasmtime@45`, `jco` or, for any other, `wasi@0.2.6`; may be given several times
    #[arg(long, value_name = "HOST")]
    host: Vec<Host>,
    #[command(flatten)]
    link: LinkArgs,
    #[command(flatten)]
    seal: SealArgs,
    #[command(flatten)]
    trace: TraceArgs,
}

const EXAMPLES: &str = "\
Examples:
  wasi-adapt inspect program.wasm
  wasi-adapt inspect library.wasm --adapt env=env.wasm
  wasi-adapt inspect program.wasm --why wasi:filesystem/types
  wasi-adapt inspect program.wasm --svg > program.svg
  wasi-adapt inspect fleet --check > report.txt
  wasi-adapt inspect program.wasm --host wasmtime@45 --host jco
  wasi-adapt inspect fleet --policy fleet.toml
  wasi-adapt inspect program.wasm --json | jq '.problems[].message'
  wasi-adapt inspect fleet --json | jq -r '.[] | select(.problems != []) | .file'";

/// The result for one of several files.
#[derive(Serialize)]
struct Inspected {
    file: String,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Outcome {
    Report(Box<Report>),
    Failed { error: Failure },
}

impl Inspect {
    pub fn run(mut self, common: &Common) -> Result<ExitCode> {
        let linker = self.link.plan()?.trace(self.trace.read());
        self.seal.read()?;
        let linker = SealedLinker::new(linker, &self.seal, &self.link.files);
        common.say(|| self.link.describe());
        let inputs = expand(&self.files, None);
        let ([input], false) = (&inputs[..], self.files.iter().any(|file| file.is_dir())) else {
            if self.svg {
                return usage::wrong("a picture is one of one file: name one, and no directory, with `--svg`", common);
            }
            return self.run_many(&inputs, &linker, common);
        };
        let report = self.inspect(input, &linker)?;
        let text = match self.json {
            true => io::json(&report)?,
            false if self.svg => report.to_svg(&input.name()),
            false => self.text(&report),
        };
        print(text.as_bytes())?;
        warn_of_unused([&report.unused_adapters], common)?;
        Ok(self.status([Some(&report)]))
    }

    fn run_many(&self, inputs: &[Input], linker: &SealedLinker<'_>, common: &Common) -> Result<ExitCode> {
        let inspected = |input: &Input| {
            let outcome = match self.inspect(input, linker) {
                Ok(report) => Outcome::Report(report.into()),
                Err(error) => Outcome::Failed { error: Failure::of(&error) },
            };
            Inspected { file: input.path.display().to_string(), outcome }
        };
        let all: Vec<_> = inputs.par_iter().map(inspected).collect();
        let text = if self.json { io::json(&all)? } else { self.text_of_many(&all) };
        print(text.as_bytes())?;
        let reports = all.iter().map(|inspected| match &inspected.outcome {
            Outcome::Report(report) => Some(&**report),
            Outcome::Failed { .. } => None,
        });
        warn_of_unused(reports.clone().flatten().map(|report| &report.unused_adapters), common)?;
        Ok(self.status(reports))
    }

    fn inspect(&self, input: &Input, linker: &SealedLinker<'_>) -> Result<Report> {
        let wasm = input.read()?;
        let report = linker.of(&input.path)?.inspect(&wasm);
        let mut report = report.with_context(|| format!("inspecting {}", io::display(&input.path)))?;
        let lacks = self.host.iter().flat_map(|host| report.lacks(*host)).collect::<Vec<_>>();
        report.warnings.extend(lacks);
        Ok(report)
    }

    fn text_of_many(&self, all: &[Inspected]) -> String {
        let text = |Inspected { file, outcome }: &Inspected| {
            let what = match outcome {
                Outcome::Report(report) => self.text(report),
                Outcome::Failed { error } => format!("error      {}\n", error.to_string().replace('\n', "\n         ")),
            };
            format!("file       {}\n{what}", shown(file))
        };
        all.iter().map(text).collect::<Vec<_>>().join("\n")
    }

    fn text(&self, report: &Report) -> String {
        match &self.why {
            Some(interface) => report.why(interface),
            None => report.to_text(),
        }
    }

    /// There is nothing wrong with a component, though there is nothing to link either.
    fn status<'a>(&self, reports: impl IntoIterator<Item = Option<&'a Report>>) -> ExitCode {
        let is_bad = |report: Option<&Report>| match report {
            Some(report) => self.check && report.kind == Kind::Module && !report.problems.is_empty(),
            None => true,
        };
        if reports.into_iter().any(is_bad) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}
