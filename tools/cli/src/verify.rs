//! `wasi-adapt verify`: does the component behave as the module did?

use super::link_options::{LinkArgs, link_named};
use super::program::ProgramArgs;
use super::{Common, io, print};
use anyhow::{Context, Result};
use clap::Args;
use std::fmt::Write;
use std::io::{IsTerminal, Read};
use std::process::ExitCode;
use wasi_adapt_host::verify::{self, Verdict};
use wasi_adapt_host::{Invocation, Stdio};

/// Runs a module under a preview1 host and as a component, and compares what they do
///
/// Each run gets its own copy of the directories; the originals are not touched. Standard input, unless it is a
/// terminal, is read to its end and given to both. Compared are stdout, stderr, the exit status and the files left
/// behind. The exit status is 0 if nothing differs, else 1.
#[derive(Args)]
#[command(after_help = EXAMPLES, override_usage = "wasi-adapt verify [OPTIONS] <FILE> [ARGS]...")]
pub struct Verify {
    #[command(flatten)]
    program: ProgramArgs,
    #[command(flatten)]
    link: LinkArgs,
}

const EXAMPLES: &str = "\
Examples:
  wasi-adapt verify program.wasm
  wasi-adapt verify --dir project::/ compiler.wasm -o /out /main.c
  wasi-adapt verify filter.wasm < input.txt";

impl Verify {
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        let file = self.program.file();
        let module = io::read_wasm(file)?;
        let linker = self.link.plan()?;
        common.say(|| self.link.describe());
        let component = link_named(file, &module, &linker, common)?;
        let stdio = Stdio::Captured { stdin: if io::is_stdin(file) { Vec::new() } else { stdin()? } };
        let name = io::display(file);
        let host = self.program.host(common)?;
        let invocation = Invocation { entry: self.link.entry(), ..self.program.plan(stdio)? };
        let verdict =
            verify::verify(&host, &module, &component, &invocation).with_context(|| format!("verifying {name}"))?;
        print(report(&name, &verdict).as_bytes())?;
        Ok(if verdict.differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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

fn report(name: &str, verdict: &Verdict) -> String {
    let ended = &verdict.module;
    if verdict.differences.is_empty() {
        let (stdout, stderr) = (ended.stdout.len(), ended.stderr.len());
        let files = if verdict.files > 0 { format!(", {} files", verdict.files) } else { String::new() };
        return format!(
            "{name} behaves the same as a component: {}, {stdout} bytes of stdout, {stderr} of stderr{files}\n",
            ended.exit
        );
    }
    let count = verdict.differences.len();
    let mut text =
        format!("{name} behaves differently as a component, in {count} way{}\n", if count == 1 { "" } else { "s" });
    for difference in &verdict.differences {
        let _ = writeln!(text, "{difference}");
    }
    if !verdict.steady {
        text += "(under preview1, too, no two runs are the same: what it does depends on time or chance)\n";
    }
    text
}
