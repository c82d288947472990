//! `wasi-adapt link`: a core module in, a component out.

use super::link_options::{LinkArgs, describe, link_named};
use super::{Common, io};
use crate::link::{Emit, LinkOptions};
use anyhow::{Context, Result};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Makes a component out of a core module
///
/// The module may be binary or text (.wat). If it cannot become a component, every reason is named at once.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Link {
    /// The core module; `-` or nothing is stdin
    #[arg(value_name = "MODULE", default_value = "-", hide_default_value = true)]
    module: PathBuf,
    /// Where the component goes; `-` or nothing is stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// What is written
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    emit: Emit,
    /// Write the text format instead of the binary
    #[arg(short = 't', long)]
    wat: bool,
    /// Whether the component is validated before it is written
    #[arg(long, value_name = "YES", default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1,
          require_equals = true, default_missing_value = "true")]
    validate: bool,
    #[command(flatten)]
    link: LinkArgs,
}

const EXAMPLES: &str = "\
Examples:
  wasi-adapt link program.wasm -o program.component.wasm
  clang --target=wasm32-wasip1 hello.c -o - | wasi-adapt link > hello.component.wasm
  wasi-adapt link library.wasm --world reactor --adapt env=env.wasm -o library.component.wasm
  wasi-adapt link program.wasm --emit module | wasm-tools component new -o program.component.wasm
  wasi-adapt link program.wat -t | less";

impl Link {
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        let module = io::read_wasm(&self.module)?;
        let options = LinkOptions { emit: self.emit, ..self.link.plan(self.validate)? };
        common.say(|| describe(&options));
        let component = link_named(&self.module, &module, &options, common)?;
        common.say(|| format!("size: {} bytes, of which the module had {}", component.len(), module.len()));
        if self.wat {
            let text = wasmprinter::print_bytes(&component).context("printing the component as text")?;
            io::write_result(self.output.as_deref(), text.as_bytes(), true)?;
        } else {
            io::write_result(self.output.as_deref(), &component, false)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
