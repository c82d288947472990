//! `wasi-adapt run`: a component, or a module linked on the fly, in the embedded engine.

use super::link_options::{LinkArgs, link_named};
use super::program::ProgramArgs;
use super::trace_options::TraceArgs;
use super::{Common, io, print};
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use std::process::ExitCode;
use std::str::FromStr;
use wasi_adapt::inspect;
use wasi_adapt_host::{Call, Error, Exit, Stdio};
use wasmparser::Parser;

/// Runs a component, or a core module as the component it becomes
///
/// The exit status is the program's; after a trap it is 134, as if it had been aborted.
#[derive(Args)]
#[command(after_help = EXAMPLES, override_usage = "wasi-adapt run [OPTIONS] <FILE> [ARGS]...")]
pub struct Run {
    /// Call an exported function instead, and print what it gives
    ///
    /// The call is written in WAVE, as for `wasmtime run`: `f(1, "two")`, `example:shop/prices.of("tea")`.
    #[arg(long, value_name = "CALL", value_parser = Call::from_str)]
    invoke: Option<Call>,
    #[command(flatten)]
    program: ProgramArgs,
    #[command(flatten)]
    link: LinkArgs,
    #[command(flatten)]
    trace: TraceArgs,
}

const EXAMPLES: &str = "\
Examples:
  wasi-adapt run program.wasm
  wasi-adapt run --dir data::/ --env LANG=C program.wasm --count 3 /input.txt
  wasi-adapt run --inherit-env program.component.wasm < input.txt
  wasi-adapt run --invoke 'price(\"tea\", 2)' shop.wasm
  CARGO_TARGET_WASM32_WASIP1_RUNNER='wasi-adapt run --dir .' cargo test --target wasm32-wasip1
  GOOS=wasip1 GOARCH=wasm go test -exec 'wasi-adapt run --dir=/' ./...";

/// The exit status that a shell reports for a process that aborted.
const ABORTED: u8 = if cfg!(windows) { 3 } else { 134 };

impl Run {
    pub fn run(self, common: &Common) -> Result<ExitCode> {
        let file = self.program.file();
        let wasm = io::read_wasm(file)?;
        let is_module = !Parser::is_component(&wasm);
        let component = if is_module {
            let linker = self.link.plan()?.trace(self.trace.read());
            common.say(|| self.link.describe());
            link_named(file, &wasm, &linker, common)?
        } else if self.trace.read().is_some() {
            bail!(
                "{} is a component, whose calls are not preview1's any more\n  \
                 remedy: run the module that it was made of, or link that with `--trace`",
                io::display(file)
            );
        } else {
            wasm
        };
        let name = io::display(file);
        if self.invoke.is_none() && !is_command(&component).with_context(|| format!("reading {name}"))? {
            bail!(
                "there is nothing to run in {name}: a command exports `_start` (module) or `wasi:cli/run` (component)\n  \
                 remedy: run another export of the module with `--entry NAME`, or call a function of the component with \
                 `--invoke`"
            );
        }
        let host = self.program.host(common)?;
        let mut invocation = self.program.plan(Stdio::Inherit)?;
        // The first of a name counts.
        invocation.env.splice(0..0, self.link.socket_variables());
        invocation.calls.extend(self.invoke);
        let outcome = host.run_component(&component, &invocation).map_err(|error| match error {
            Error::NoFunction { .. } if is_module => anyhow!(
                "{error}\n  remedy: make more of the module's functions exports of the component, with `--export-functions` those \
                 that take and give numbers only, with `--wit` others"
            ),
            error => error.into(),
        });
        let outcome = outcome.with_context(|| format!("running {name}"))?;
        for result in &outcome.results {
            print(format!("{result}\n").as_bytes())?;
        }
        if outcome.network_refused {
            common.warn("the program was refused the network, which `--inherit-network` gives it")?;
        }
        Ok(match outcome.exit {
            Exit::Code(code) => ExitCode::from((code & 0xff) as u8),
            Exit::Trap(_) => {
                let _ = common.complain(&format!("{name} trapped"), &outcome.trap_chain); // There is nowhere else to say it.
                ExitCode::from(ABORTED)
            }
        })
    }
}

fn is_command(component: &[u8]) -> Result<bool> {
    let report = inspect::inspect(component)?;
    Ok(report.exports.iter().any(|export| export.name.starts_with("wasi:cli/run@")))
}
