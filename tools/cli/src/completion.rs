//! `wasi-adapt completion`: scripts that complete this command line.

use super::{command, print};
use anyhow::Result;
use clap::Args;
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
        let script = match self.shell {
            Shell::Bash => bash(),
            shell => generate(shell, NAME),
        };
        print(&script)?;
        Ok(ExitCode::SUCCESS)
    }
}

const NAME: &str = "wasi-adapt";

fn generate(shell: Shell, name: &str) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), name, &mut script);
    script
}

/// In the script for bash, clap_complete gives a command with a hyphen two names that do not match. So the script is
/// made for a name without one, and is bound to ours at its end.
fn bash() -> Vec<u8> {
    let name = NAME.replace('-', "_");
    let script = String::from_utf8_lossy(&generate(Shell::Bash, &name)).into_owned();
    script.replace(&format!(" -o default {name}\n"), &format!(" -o default {NAME}\n")).into_bytes()
}
