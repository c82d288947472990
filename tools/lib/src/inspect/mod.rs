//! Reports on a WebAssembly file: its kind, the providers of its imports, and the problems that keep it from becoming a
//! component.
//!
//! | file | part |
//! |---|---|
//! | `component.rs` | reads a component |
//! | `needs.rs` | what the component will import, and why |
//! | `text.rs` | the report for people |
//! | `hosts.rs` | what hosts lack of what it imports |
//! | `picture.rs` | the report as a picture |
//!
//! The JSON form is the serialised [`Report`]. It is stable: fields may be added, and `schema` increases when one is
//! removed or changes its meaning.

pub(crate) mod component;
mod hosts;
pub(crate) mod needs;
mod picture;
mod text;

#[cfg(test)]
mod tests;

use crate::files::{Embedded, EntryKind};
use crate::link::Sizes;
use crate::linker::Linker;
use crate::plan::Plan;
use crate::program::Program;
use crate::seal::SealRecord;
use crate::{LinkError, World};
use anyhow::Result;
use serde::Serialize;
use std::collections::BTreeSet;
use wasm_metadata::Producers;

pub use hosts::{Host, UnknownHost};
pub use needs::{Cause, Need};

pub use crate::plan::{
    Entry, Export, ExternKind, Import, LayerReport, LayoutChoice, Memory, MemoryOrigin, Problem, ProblemCode, Problems,
    Provider, Refused, Role,
};

/// The version of the JSON form.
pub const SCHEMA: u32 = 1;

/// A report on a WebAssembly file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    pub schema: u32,
    pub kind: Kind,
    /// The world for which `link` makes a component of it; none for a component.
    pub world: Option<World>,
    /// The code that a command runs.
    pub entry: Option<Entry>,
    /// Other exports that could be its entry: functions of the type `() -> ()`, see [`Linker::entry`].
    pub other_entries: Vec<String>,
    /// The layout that `link` uses, and the reason; none if it cannot be linked.
    pub layout: Option<LayoutChoice>,
    /// The memory that the adapter would use; none if the module has none.
    pub memory: Option<Memory>,
    /// The languages it was written in, from the
    /// [`producers` section](https://github.com/WebAssembly/tool-conventions/blob/main/ProducersSection.md).
    pub languages: Vec<Producer>,
    /// The compilers, linkers and other tools that made it, from the `producers` section.
    pub tools: Vec<Producer>,
    pub imports: Vec<Import>,
    /// The layers between the module and the adapter, the one next to the module first.
    pub layers: Vec<LayerReport>,
    /// The exports that have a meaning for a component.
    pub exports: Vec<Export>,
    /// The names of all other exports, which nothing outside a component could call.
    pub other_exports: Vec<String>,
    /// The parts that `link` omits or adds, and exports that cannot be called.
    pub warnings: Vec<String>,
    /// All problems that keep `link` from making a component; none if it will succeed.
    pub problems: Vec<Problem>,
    /// The interfaces that the component will import, with reasons; none if it cannot be linked.
    pub needs: Vec<Need>,
    /// The files that are embedded; none if there are none.
    pub files: Option<EmbeddedFiles>,
    /// The functions of preview1 that the module imports, and that find nothing because of what is denied.
    pub refused: Vec<Refused>,
    /// The seals of the component and of the components in it.
    pub sealed: Vec<SealRecord>,
    /// The user's adapters that serve no import.
    pub unused_adapters: Vec<String>,
    /// The size of each part of the component; none if it cannot be linked, or is one already. They are not in the JSON form,
    /// since they change with the compiler of the adapter.
    #[serde(skip)]
    pub sizes: Option<Sizes>,
    /// The functions and types of the interfaces that the component imports.
    #[serde(skip)]
    pub(crate) functions: BTreeSet<String>,
}

/// The files in a component, counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EmbeddedFiles {
    /// The directories that are preopened.
    pub preopens: Vec<String>,
    /// The directories that are writable, with all that is in them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub writable: Vec<String>,
    pub files: usize,
    pub directories: usize,
    pub links: usize,
    /// The number of devices.
    #[serde(skip_serializing_if = "is_none")]
    pub devices: usize,
    /// The number of bytes that the files have in sum.
    pub bytes: u64,
}

impl EmbeddedFiles {
    pub(crate) fn of(wasm: &[u8]) -> Result<Option<EmbeddedFiles>> {
        let Some(embedded) = Embedded::find(wasm)? else { return Ok(None) };
        let preopens = embedded.preopens().to_vec();
        let writable = embedded.writable().iter().map(|path| format!("/{path}")).collect();
        let mut counted =
            EmbeddedFiles { preopens, writable, files: 0, directories: 0, links: 0, devices: 0, bytes: 0 };
        for entry in embedded.entries() {
            match entry.kind {
                EntryKind::Directory => counted.directories += 1,
                EntryKind::Link(_) => counted.links += 1,
                EntryKind::Device => counted.devices += 1,
                EntryKind::File(contents) => {
                    counted.files += 1;
                    counted.bytes += contents.len() as u64;
                }
            }
        }
        Ok(Some(counted))
    }
}

fn is_none(count: &usize) -> bool {
    *count == 0
}

/// The kind of a WebAssembly file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    Module,
    Component,
}

/// A tool or language, with its version as recorded in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Producer {
    pub name: String,
    pub version: String,
}

/// Inspects a module or component, binary or text, as a [`Linker`] with its default options sees it.
///
/// # Errors
/// The input is not valid. All other faults are in the report.
///
/// ```
/// let report = wasi_adapt::inspect::inspect(br#"(module (func (export "add")))"#)?;
/// assert_eq!(report.other_exports, ["add"]);
/// # Ok::<(), wasi_adapt::LinkError>(())
/// ```
pub fn inspect(wasm: &[u8]) -> Result<Report, LinkError> {
    Linker::new().inspect(wasm)
}

impl Report {
    pub(crate) fn of_module(program: Program<'_>, plan: Plan, linker: &Linker) -> Report {
        let by_itself = if plan.entry.is_some() { World::Command } else { World::Reactor };
        Report {
            schema: SCHEMA,
            kind: Kind::Module,
            world: Some(linker.world.unwrap_or(by_itself)),
            entry: plan.entry,
            other_entries: plan.other_entries,
            layout: plan.problems.is_empty().then_some(plan.layout),
            memory: plan.memory,
            languages: producers(program.producers.as_ref(), &["language"]),
            tools: producers(program.producers.as_ref(), &["processed-by", "sdk"]),
            imports: plan.imports,
            layers: plan.layers.iter().map(|layer| layer.report(&program.imports)).collect(),
            exports: plan.exports,
            other_exports: plan.other_exports,
            warnings: plan.warnings,
            problems: plan.problems,
            needs: Vec::new(),
            files: None,
            refused: plan.refused,
            sealed: Vec::new(),
            unused_adapters: plan.unused_adapters,
            sizes: None,
            functions: BTreeSet::new(),
        }
    }

    pub(crate) fn of_component(wasm: &[u8]) -> Result<Report> {
        component::read(wasm)
    }

    /// Explains to people why the component imports an interface, such as `wasi:io/poll`; the version can be omitted.
    pub fn why(&self, interface: &str) -> String {
        match self.kind {
            Kind::Component => "it is a component already, and imports what it was made to import\n".into(),
            Kind::Module if !self.problems.is_empty() => {
                "it cannot become a component, so there is nothing that one would import\n".into()
            }
            Kind::Module => needs::why(&self.needs, interface),
        }
    }

    /// Draws the component as SVG, with its parts to scale. `name` is that of the file.
    pub fn to_svg(&self, name: &str) -> String {
        picture::draw(self, name)
    }

    /// Formats the report for people: aligned columns, no colour.
    pub fn to_text(&self) -> String {
        text::render(self)
    }
}

/// Lists the values of some fields of a `producers` section.
fn producers(section: Option<&Producers>, fields: &[&str]) -> Vec<Producer> {
    let fields = fields.iter().filter_map(|name| section?.get(name));
    let producer = |(name, version): (&String, &String)| Producer { name: name.clone(), version: version.clone() };
    fields.flat_map(|field| field.iter().map(producer).collect::<Vec<_>>()).collect()
}
