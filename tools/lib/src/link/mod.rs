//! Carries out a plan: links a module.
//!
//! 1. `prepare/` makes sure that the adapter has memory, and is instantiated before the module's code runs.
//! 2. wit-component joins the module and the adapters, or [`crate::merge`] has merged them.
//! 3. The `producers` section of the result records this tool, and its root has the name and the annotations of the module.

mod component;
mod limits;
mod prepare;
mod sign;
mod sizes;

use crate::cgi::Cgi;
use crate::linker::{Adapter, Linker};
use crate::merge::{self, Merged};
use crate::names::quoted;
use crate::options::{Emit, Layout, World};
use crate::plan::Plan;
use crate::program::{PreScan, Program};
use crate::seal::{self, Seal};
use crate::{pack, validate};
use anyhow::{Context, Result, bail};
use std::borrow::Cow;
use wit_component::ComponentEncoder;

pub(crate) use prepare::{Change, change};
pub(crate) use sign::sign;
pub use sizes::Sizes;

/// A component, or another result of a [`Linker`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Linked {
    pub wasm: Vec<u8>,
    /// Descriptions of the parts of the module that the result lacks.
    pub warnings: Vec<String>,
    /// The layout that was used.
    pub layout: Layout,
    /// The user's adapters that serve no import.
    pub unused_adapters: Vec<String>,
    pub sizes: Sizes,
}

/// The result of carrying out a plan.
pub struct Made {
    pub linked: Linked,
    /// True if all functions of the program have been validated, for engines. Otherwise invalid ones are in the result.
    pub validated: bool,
}

/// Carries out a plan.
pub fn link(program: &Program<'_>, plan: &Plan, linker: &Linker) -> Result<Made> {
    let (mut module, mut losses) = (prepare::with_bare_reallocs(&program.wasm)?, Vec::new());
    if let Some(entry) = plan.entry.as_ref().filter(|_| plan.world.runs())
        && let Cow::Owned(changed) = prepare::with_start(&module, entry)?
    {
        module = changed.into();
    }
    if let Some(allocator) = plan.allocator {
        module = prepare::with_allocator(&module, allocator, &mut losses)?.into();
    }
    let changed = match &module {
        Cow::Borrowed(_) if plan.layers.is_empty() => None,
        module => Some(PreScan::of(module)?),
    };
    let changed = changed.map(|mut prescan| {
        prescan.redirect(&plan.from_layers);
        prescan
    });
    let wit_exports = plan.wit_exports();
    let prescan = changed.as_ref().unwrap_or(&program.prescan);
    let opens_files = pack::opens_files(prescan.functions().iter().map(|name| &**name))
        || plan.layers.iter().any(|layer| pack::opens_files(layer.of_adapter().map(|function| function.name)));
    let files = linker.files.as_ref().filter(|_| opens_files).map(|image| &**image);
    let cgi = (plan.world == World::Http).then(|| linker.cgi.sealed(&linker.seal)).transpose()?;
    // A CGI program's variables and arguments lie in its tables.
    let sealed = if cgi.is_some() { Seal::default().data(files) } else { linker.seal.data(files) };
    let tables = cgi.as_ref().map(Cgi::tables).unwrap_or_default();
    // Layers are only in the layout that is planned.
    let asked = if plan.layers.is_empty() { linker.layout } else { plan.layout.layout };
    let mut linked = limits::first_within(plan.layout.layout, asked, |layout| {
        let pages_below = match layout {
            Layout::Isolated => Some(linker.adapter_pages.get().max(cgi.as_ref().map_or(0, Cgi::pages))),
            _ if cgi.is_some() => bail!("in the world `http` there is no layout but `isolated`"),
            Layout::Guest => None,
            Layout::Adapter | Layout::Auto if linker.emit == Emit::Module => {
                bail!("in the layout `adapter` there is no one core module")
            }
            Layout::Adapter | Layout::Auto if linker.files.is_some() => {
                bail!("in the layout `adapter` there is no place for embedded files")
            }
            Layout::Adapter | Layout::Auto => return beside_adapter(&module, plan, linker),
        };
        let (target, sealed, layers) = (plan.target(linker), &sealed, &*plan.layers);
        let merging =
            merge::Options { target, pages_below, tables: &tables, validate: linker.validate, sealed, layers };
        let merged =
            merge::merge(&module, prescan, &wit_exports, merging).context("merging the module and the adapter")?;
        without_adapter(merged, layout, linker)
    })?;
    match linker.emit {
        Emit::Component => {
            seal::held(&linked.wasm, linker.seal.denied())?;
            linked.wasm = sign::introduce(linked.wasm, &program.about);
            seal::record(&mut linked.wasm, &linker.seal)?;
        }
        Emit::Module => seal::held_by_module(&linked.wasm, linker.seal.denied())?,
    }
    if linker.files.is_some() && !opens_files {
        linked.warnings.push("it opens no files, so none are embedded".into());
    }
    linked.warnings.splice(0..0, plan.warnings.iter().cloned().chain(losses));
    linked.unused_adapters.clone_from(&plan.unused_adapters);
    linked.sizes.whole = linked.wasm.len();
    let validated = matches!(module, Cow::Borrowed(_)) && linked.layout != Layout::Adapter;
    Ok(Made { linked, validated })
}

/// Links in the layout of `wasm-tools component new --adapt`.
fn beside_adapter(module: &[u8], plan: &Plan, linker: &Linker) -> Result<Linked> {
    if linker.seal.has_data() {
        bail!("in the layout `adapter` there is no place for what is put into the component");
    }
    let (module, warnings) = prepare::prepare(module)?;
    let mut encoder = ComponentEncoder::default();
    encoder.module(&module).context("reading the module")?;
    let mut sizes = Sizes { program: module.len(), ..Sizes::default() };
    if let Some(snapshot) = plan.beside {
        let adapter = pack::drop_in_for(snapshot, plan.target(linker)).context("making the adapter")?;
        sizes.adapter += adapter.len();
        encoder.adapter(snapshot.module(), &adapter).context("reading this tool's own adapter")?;
    }
    for Adapter { name, bytes } in &linker.adapters {
        sizes.adapter += bytes.len();
        encoder.adapter(name, bytes).with_context(|| format!("reading the adapter {}", quoted(name)))?;
    }
    let component = encoder.encode().context("joining the module and its adapters")?;
    if linker.validate {
        validate::everything(&component).context("the component is not valid")?;
    }
    Ok(Linked { wasm: sign(component)?, warnings, layout: Layout::Adapter, unused_adapters: Vec::new(), sizes })
}

/// Makes the result of a merged module.
fn without_adapter(mut merged: Merged, layout: Layout, linker: &Linker) -> Result<Linked> {
    let warning = |loss| format!("{loss}; `--layout adapter` keeps it");
    let warnings = merged.losses.drain(..).map(warning).collect();
    let sizes = merged.sizes;
    let wasm = match linker.emit {
        Emit::Component => component::of(merged, linker.validate)?,
        Emit::Module => [merged.wasm, merged.wit].concat(),
    };
    Ok(Linked { wasm: sign(wasm)?, warnings, layout, unused_adapters: Vec::new(), sizes })
}

/// Returns the module, which must be valid, with its memory exported as `memory`. A module without a memory gets one.
///
/// Preview1 hosts ask for that export even in calls that pass no pointer.
///
/// # Errors
/// The module is not valid.
pub fn with_exported_memory(module: &[u8]) -> Result<Cow<'_, [u8]>, crate::LinkError> {
    prepare::with_exported_memory(module, 0).map_err(crate::LinkError::invalid)
}

#[cfg(test)]
mod tests;
