//! `wasi-adapt link`: a core module in, a component out; or many.

mod many;
mod plugged;
mod report;

use super::link_options::{LinkArgs, link_named};
use super::seal::SealArgs;
use super::trace_options::TraceArgs;
use super::{Common, io, usage};
use crate::cgi_options::CgiArgs;
use crate::sealed_linker::SealedLinker;
use crate::values::Emit;
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Makes a component out of a core module
///
/// The module may be binary or text (.wat). If it cannot become a component, every reason is named at once.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Link {
    /// The core module; `-` or nothing is stdin. With `--out-dir` there can be many, and directories
    #[arg(value_name = "MODULE", default_value = "-", hide_default_value = true)]
    modules: Vec<PathBuf>,
    /// The output file; `-` or nothing is stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The directory for the components of many modules, which are made side by side
    ///
    /// `program.wasm` becomes DIR/program.component.wasm. Of a directory, all files `.wasm` and `.wat` below it are linked, and
    /// DIR gets the same tree. If some cannot be linked, the others are; a component that an earlier run has made of one that
    /// cannot is removed. The exit status is then 1.
    #[arg(long, value_name = "DIR", conflicts_with = "output")]
    out_dir: Option<PathBuf>,
    /// A module or component that serves imports of the module by its WIT; may be given several times
    ///
    /// Each is linked first and keeps its memory. What it serves, for the module or for other plugs, is no longer imported.
    #[arg(long, value_name = "LIB", conflicts_with = "out_dir")]
    plug: Vec<PathBuf>,
    /// Pass over inputs that are components already
    #[arg(long, requires = "out_dir")]
    skip_components: bool,
    /// Write what became of each input into a file, as JSON
    #[arg(long, value_name = "FILE", requires = "out_dir")]
    report: Option<PathBuf>,
    /// Write over an input
    #[arg(long)]
    force: bool,
    /// The kind of output
    #[arg(long, value_enum, value_name = "WHAT", default_value = "component")]
    emit: Emit,
    /// Write the text format instead of the binary
    #[arg(short = 't', long)]
    wat: bool,
    /// Validate the component before it is written
    #[arg(long, value_name = "YES", default_value_t = true, action = clap::ArgAction::Set, num_args = 0..=1,
          require_equals = true, default_missing_value = "true")]
    validate: bool,
    #[command(flatten)]
    link: LinkArgs,
    #[command(flatten)]
    cgi: CgiArgs,
    #[command(flatten)]
    seal: SealArgs,
    #[command(flatten)]
    trace: TraceArgs,
}

const EXAMPLES: &str = "\
Examples:
  wasi-adapt link program.wasm -o program.component.wasm
  clang --target=wasm32-wasip1 hello.c -o - | wasi-adapt link > hello.component.wasm
  wasi-adapt link library.wasm --world reactor --adapt env=env.wasm -o library.component.wasm
  wasi-adapt link program.wasm --emit module | wasm-tools component new -o program.component.wasm
  wasi-adapt link library.wasm --wit library.wit -o library.component.wasm
  wasi-adapt link app.wasm --wit app.wit --plug library.component.wasm -o app.component.wasm
  wasi-adapt link program.wasm --deny all --allow stdout --env LANG=C -o program.component.wasm
  wasi-adapt link fleet --out-dir components --skip-components --report report.json
  wasi-adapt link fleet --out-dir components --policy fleet.toml --strict
  wasi-adapt link program.wat -t | less";

impl Link {
    pub fn run(mut self, common: &Common) -> Result<ExitCode> {
        let linker = self.link.plan()?.cgi(self.cgi.plan()).trace(self.trace.read());
        self.seal.read()?;
        let linker = linker.emit(self.emit.into()).validate(self.validate);
        let linker = SealedLinker::new(linker, &self.seal, &self.link.files);
        common.say(|| self.link.describe());
        if let Some(directory) = &self.out_dir {
            return self.run_many(directory, &linker, common);
        }
        let [module] = &self.modules[..] else {
            return usage::wrong("many modules do not go into one file: use `--out-dir DIR`", common);
        };
        if module.is_dir() {
            let message = format!("{} is a directory: use `--out-dir DIR` to link what is in it", io::display(module));
            return usage::wrong(&message, common);
        }
        if let Some(output) = &self.output
            && !self.force
            && io::is_same(module, output)
        {
            bail!(
                "{} is the module itself, and would be overwritten\n  remedy: name another file with `-o`, or add `--force`",
                io::display(output)
            );
        }
        let linker = linker.of(module)?;
        if !self.plug.is_empty() {
            return self.run_plugged(module, linker, common);
        }
        let wasm = io::read_wasm(module)?;
        let component = link_named(module, &wasm, &linker, common)?;
        common.say(|| format!("size: {} bytes, of which the module had {}", component.len(), wasm.len()));
        io::write_result(self.output.as_deref(), &self.in_format(component)?, self.wat)?;
        Ok(ExitCode::SUCCESS)
    }

    /// Binary or text, as was asked for.
    fn in_format(&self, component: Vec<u8>) -> Result<Vec<u8>> {
        if !self.wat {
            return Ok(component);
        }
        Ok(wasmprinter::print_bytes(&component).context("printing the component as text")?.into_bytes())
    }
}
