//! Makes a component out of a core module.
//!
//! 1. [`inspect`] finds every problem there is; with any, linking ends here and names them all.
//! 2. `prepare/` sees to it that the adapter has memory and is there before the module's code runs.
//! 3. wit-component joins the module and the adapters.
//! 4. The result says in its `producers` section who made it.

mod layout;
mod prepare;

use crate::inspect::{self, Problems};
use crate::isolated::isolate;
use crate::pack;
use crate::preview1;
use anyhow::{Context, Result, bail};
use wit_component::ComponentEncoder;

pub use crate::pack::{ExitCodes, World};
pub use layout::{Choice, Layout};
pub(crate) use prepare::with_exported_memory;

/// How a component is made.
#[derive(Clone, Debug)]
pub struct LinkOptions {
    /// The world of the adapter; by default command for a module with `_start`, else reactor.
    pub world: Option<World>,
    /// Further adapters. One named `wasi_snapshot_preview1` takes the place of this tool's own.
    pub adapters: Vec<Adapter>,
    pub layout: Layout,
    /// Whether to validate the component before it is handed out.
    pub validate: bool,
    pub exit_codes: ExitCodes,
}

impl Default for LinkOptions {
    fn default() -> Self {
        let (layout, exit_codes) = (Layout::default(), ExitCodes::default());
        LinkOptions { world: None, adapters: Vec::new(), layout, validate: true, exit_codes }
    }
}

/// A module that serves the imports from the module of its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adapter {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Makes a component out of a binary core module.
///
/// The error of a module that cannot become one is [`Problems`]: all that stands in the way.
pub fn link(module: &[u8], options: &LinkOptions) -> Result<Vec<u8>> {
    let report = inspect::inspect_for(module, options)?;
    if !report.problems.is_empty() {
        bail!(Problems(report.problems));
    }
    let world = options.world.unwrap_or(if report.world == Some("command") { World::Command } else { World::Reactor });
    let component = match Choice::of(&report, options).layout {
        Layout::Auto | Layout::Adapter => beside_adapter(module, world, options)?,
        Layout::Isolated => {
            merged(&isolate(module, world, options.exit_codes).context("merging the module and the adapter")?, options)?
        }
    };
    sign(&component)
}

/// The layout of `wasm-tools component new --adapt`.
fn beside_adapter(module: &[u8], world: World, options: &LinkOptions) -> Result<Vec<u8>> {
    let module = prepare::prepare(module)?;
    let mut encoder = ComponentEncoder::default();
    encoder.validate(options.validate);
    encoder.module(&module).context("reading the module")?;
    if !options.adapters.iter().any(|adapter| adapter.name == preview1::MODULE) {
        let adapter = pack::drop_in(world, options.exit_codes).context("making the adapter")?;
        encoder.adapter(preview1::MODULE, &adapter).context("reading this tool's own adapter")?;
    }
    for Adapter { name, bytes } in &options.adapters {
        encoder.adapter(name, bytes).with_context(|| format!("reading the adapter `{name}`"))?;
    }
    encoder.encode().context("joining the module and its adapters")
}

/// The component of a module that needs no adapter any more.
fn merged(module: &[u8], options: &LinkOptions) -> Result<Vec<u8>> {
    let mut encoder = ComponentEncoder::default();
    encoder.validate(options.validate).module(module).context("reading the merged module")?;
    encoder.encode().context("making a component of the merged module")
}

/// Adds this tool to the `producers` section. No date and no path goes in: the same input gives the same bytes.
fn sign(component: &[u8]) -> Result<Vec<u8>> {
    let mut metadata = wasm_metadata::AddMetadata::default();
    metadata.processed_by.push(("wasi-adapt".into(), env!("CARGO_PKG_VERSION").into()));
    metadata.to_wasm(component).context("writing the `producers` section")
}

#[cfg(test)]
mod tests;
