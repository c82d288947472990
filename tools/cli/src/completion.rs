//! `wasi-adapt completion`: scripts that complete this command line.

use super::{Cli, print};
use anyhow::Result;
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use std::process::ExitCode;

/// Prints a script that completes this command in a shell
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Completion {
    #[arg(value_enum)]
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  wasi-adapt completion bash > ~/.local/share/bash-completion/completions/wasi-adapt
  wasi-adapt completion fish > ~/.config/fish/completions/wasi-adapt.fish";

impl Completion {
    pub fn run(self) -> Result<ExitCode> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "wasi-adapt", &mut script);
        print(&script)?;
        Ok(ExitCode::SUCCESS)
    }
}
