//! `wasi-adapt man`: manual pages, for those who package the command.

use super::Cli;
use anyhow::{Context, Result};
use clap::{Args, CommandFactory};
use std::path::PathBuf;
use std::process::ExitCode;

/// Writes a manual page for the command and one for each subcommand into a directory
#[derive(Args)]
pub struct Man {
    /// The directory; it is made if it is not there
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

impl Man {
    pub fn run(self) -> Result<ExitCode> {
        let writing = || format!("writing manual pages into `{}`", self.dir.display());
        std::fs::create_dir_all(&self.dir).with_context(writing)?;
        clap_mangen::generate_to(Cli::command(), &self.dir).with_context(writing)?;
        Ok(ExitCode::SUCCESS)
    }
}
