//! Makes a component out of a core module.
//!
//! 1. [`inspect`] finds every problem there is; with any, linking ends here and names them all.
//! 2. `prepare/` sees to it that the adapter has memory and is there before the module's code runs.
//! 3. wit-component joins the module and the adapters.
//! 4. The result says in its `producers` section who made it.

mod component;
mod layout;
mod limits;
mod prepare;
mod sign;

use crate::custom;
use crate::inspect::{self, Problem, Problems, Report, Runs};
use crate::merge::{self, Merged, Place};
use crate::pack;
use crate::preview1::Snapshot;
use crate::validate;
use anyhow::{Context, Result, bail};
use wasmparser::Parser;
use wit_component::ComponentEncoder;

pub use crate::pack::{ExitCodes, World};
pub use layout::{Choice, Layout};
pub(crate) use layout::{has_own_wit, world_of};
pub use prepare::with_exported_memory;

/// How a component is made.
#[derive(Clone, Debug)]
pub struct LinkOptions {
    /// The world of the adapter; by default command for a module in which something runs by itself, else reactor.
    pub world: Option<World>,
    /// Further adapters. One named `wasi_snapshot_preview1` or `wasi_unstable` takes the place of this tool's own.
    pub adapters: Vec<Adapter>,
    pub layout: Layout,
    /// How many pages of 64 KiB the adapter has in the isolated layout, see [`ADAPTER_PAGES`].
    pub adapter_pages: u32,
    /// Whether to validate the component before it is handed out.
    pub validate: bool,
    pub exit_codes: ExitCodes,
    pub emit: Emit,
}

/// How many pages the adapter can be given. Those up to the 31st are for what the program is given at its start; beyond,
/// each is good for 1,024 more open descriptors than 1,088, and for 16 KiB more of that.
pub const ADAPTER_PAGES: std::ops::RangeInclusive<u32> = 1..=1024;

/// What comes out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Emit {
    /// A component
    #[default]
    Component,
    /// The merged core module: it imports WASI 0.2 and becomes a component without an adapter
    Module,
}

impl Default for LinkOptions {
    fn default() -> Self {
        let (layout, exit_codes, emit) = (Layout::default(), ExitCodes::default(), Emit::default());
        let (adapters, adapter_pages) = (Vec::new(), merge::PAGES);
        LinkOptions { world: None, adapters, layout, adapter_pages, validate: true, exit_codes, emit }
    }
}

/// A module that serves the imports from the module of its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adapter {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Makes a component out of a binary core module, or what else the options say.
///
/// The error of a module that cannot become one is [`Problems`]: all that stands in the way.
pub fn link(module: &[u8], options: &LinkOptions) -> Result<Vec<u8>> {
    Ok(link_with_warnings(module, options)?.wasm)
}

/// What [`link`] makes, and what its user should know of it.
#[derive(Clone, Debug)]
pub struct Linked {
    pub wasm: Vec<u8>,
    pub warnings: Vec<String>,
}

/// Links, and tells what the result lacks of the module.
pub fn link_with_warnings(module: &[u8], options: &LinkOptions) -> Result<Linked> {
    // Functions that are not valid make something that is not valid, or nothing; so there is time to find out.
    match rayon::join(|| inspect::validate(module), || make(module, options)) {
        (Err(error), _) if !Parser::is_component(module) => Err(error),
        (Ok(Runs::Nowhere), _) => bail!(Problems(inspect::inspect_for(module, options)?.problems)),
        (_, linked) => linked,
    }
}

/// Makes it of a module whose functions are valid; of another, something or nothing.
fn make(module: &[u8], options: &LinkOptions) -> Result<Linked> {
    let (module, warnings) = custom::readable(module);
    let report = inspect::outline_for(&module, options)?;
    if !report.problems.is_empty() {
        bail!(Problems(report.problems));
    }
    let mut linked = join(&module, &report, options).map_err(|error| Problems(vec![Problem::unforeseen(&error)]))?;
    linked.warnings.splice(0..0, warnings);
    Ok(linked)
}

/// Makes it of a module of which a report has no problems.
pub(crate) fn join(module: &[u8], report: &Report, options: &LinkOptions) -> Result<Linked> {
    let world = world_of(report, options);
    let module = prepare::with_bare_reallocs(module)?;
    let module = match report.entry {
        Some(entry) if world == World::Command => prepare::with_start(&module, entry)?,
        _ => module.as_ref().into(),
    };
    limits::first_within(Choice::of(report, options).layout, options.layout, |layout| {
        let place = match layout {
            Layout::Isolated => Place::Below { pages: options.adapter_pages },
            Layout::Guest => Place::Within,
            Layout::Adapter | Layout::Auto if options.emit == Emit::Module => {
                bail!("in the layout `adapter` there is no one core module")
            }
            Layout::Adapter | Layout::Auto => {
                return beside_adapter(&module, world, own_adapter(report, options), options);
            }
        };
        let merging = merge::Options { world, exit_codes: options.exit_codes, place, validate: options.validate };
        without_adapter(merge::merge(&module, merging).context("merging the module and the adapter")?, options)
    })
}

/// The snapshot that this tool's own adapter serves beside the module; it cannot be both ([`inspect`] sees to it). A
/// program that imports neither still has its `_start` called by one.
fn own_adapter(report: &Report, options: &LinkOptions) -> Option<Snapshot> {
    let given = |snapshot: Snapshot| options.adapters.iter().any(|adapter| adapter.name == snapshot.module());
    let imported = |snapshot: Snapshot| report.imports.iter().any(|import| import.module == snapshot.module());
    let [preview1, unstable] = Snapshot::ALL;
    if imported(unstable) && !given(unstable) { Some(unstable) } else { (!given(preview1)).then_some(preview1) }
}

/// The layout of `wasm-tools component new --adapt`.
fn beside_adapter(module: &[u8], world: World, snapshot: Option<Snapshot>, options: &LinkOptions) -> Result<Linked> {
    let (module, losses) = prepare::prepare(module)?;
    let mut encoder = ComponentEncoder::default();
    encoder.module(&module).context("reading the module")?;
    if let Some(snapshot) = snapshot {
        let adapter = pack::drop_in_for(snapshot, world, options.exit_codes).context("making the adapter")?;
        encoder.adapter(snapshot.module(), &adapter).context("reading this tool's own adapter")?;
    }
    for Adapter { name, bytes } in &options.adapters {
        encoder.adapter(name, bytes).with_context(|| format!("reading the adapter `{name}`"))?;
    }
    let component = encoder.encode().context("joining the module and its adapters")?;
    if options.validate {
        validate::everything(&component).context("the component is not valid")?;
    }
    Ok(Linked { wasm: sign::sign(component)?, warnings: losses })
}

/// What is made of a merged module.
fn without_adapter(mut merged: Merged, options: &LinkOptions) -> Result<Linked> {
    let warning = |loss| format!("{loss}; `--layout adapter` keeps it");
    let warnings = merged.losses.drain(..).map(warning).collect();
    let wasm = match options.emit {
        Emit::Component => component::of(merged, options.validate)?,
        Emit::Module => [merged.wasm, merged.wit].concat(),
    };
    Ok(Linked { wasm: sign::sign(wasm)?, warnings })
}

#[cfg(test)]
mod tests;
