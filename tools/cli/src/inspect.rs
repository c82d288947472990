//! `wasi-adapt inspect`: what a file is, what it needs, and what stands in the way.

use super::link_options::LinkArgs;
use super::{Common, io, print};
use anyhow::{Context, Result};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Says what a module is, who will serve its imports, and what keeps it from becoming a component
///
/// The adapter serves `wasi_snapshot_preview1` and its predecessor `wasi_unstable`. Every problem comes with its remedy. The exit status is 0 whether or not there are problems.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Inspect {
    /// A module or component, binary or text; `-` or nothing is stdin
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    file: PathBuf,
    /// Print JSON, for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    link: LinkArgs,
}

const EXAMPLES: &str = "\
Examples:
  wasi-adapt inspect program.wasm
  wasi-adapt inspect library.wasm --adapt env=env.wasm
  wasi-adapt inspect program.wasm --json | jq '.problems[].message'";

impl Inspect {
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        let wasm = io::read_wasm(&self.file)?;
        let linker = self.link.plan()?;
        common.say(|| self.link.describe());
        let report = linker.inspect(&wasm).with_context(|| format!("inspecting {}", io::display(&self.file)))?;
        let text = if self.json { io::json(&report)? } else { report.to_text() };
        print(text.as_bytes())?;
        Ok(ExitCode::SUCCESS)
    }
}
