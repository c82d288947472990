//! `run-guest preview1|isolated|beside MODULE`: runs a core module under the preview1 host or as a component with the streams of this process,
//! for the tests of streams that are terminals or pipes.

use anyhow::{Context, bail};
use std::process::ExitCode;
use wasi_adapt::Layout;
use wasi_adapt_host::{Exit, Invocation};
use wasi_adapt_tests::run::{Adapter, host, link};

fn main() -> anyhow::Result<ExitCode> {
    let mut args = std::env::args().skip(1);
    let (Some(which), Some(path)) = (args.next(), args.next()) else {
        bail!("usage: run-guest preview1|isolated|beside MODULE")
    };
    let module = std::fs::read(&path).with_context(|| format!("reading `{path}`"))?;
    let invocation = Invocation::new(["guest"]);
    let component = |layout| host().run_component(&link(&module, Adapter::OursIn(layout))?, &invocation);
    let outcome = match which.as_str() {
        "preview1" => host().run_module(&module, &invocation)?,
        "isolated" => component(Layout::Isolated)?,
        "beside" => component(Layout::Adapter)?,
        other => bail!("`{other}` is no way to run a guest"),
    };
    match outcome.exit {
        Exit::Code(code) => Ok(ExitCode::from(u8::try_from(code).unwrap_or(255))),
        Exit::Trap(message) => bail!("trap: {message}"),
    }
}
