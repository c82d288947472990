//! Reports on a WebAssembly file: what it is, who serves its imports, and what keeps it from becoming a component.
//!
//! | file | part |
//! |---|---|
//! | `component.rs` | reads a component |
//! | `text.rs` | the report for people |
//!
//! The JSON form is the serialised [`Report`]. Its shape is stable: fields may be added, and `schema` grows when one
//! changes its meaning or goes.

mod component;
mod text;

#[cfg(test)]
mod tests;

use crate::linker::Linker;
use crate::plan::Plan;
use crate::program::Program;
use crate::{LinkError, World};
use anyhow::Result;
use serde::Serialize;
use wasm_metadata::Producers;

pub use crate::plan::{
    Entry, Export, ExternKind, Import, LayoutChoice, Memory, MemoryOrigin, Problem, ProblemCode, Problems, Provider,
    Role,
};

/// The version of the JSON shape.
pub const SCHEMA: u32 = 1;

/// What a WebAssembly file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    pub schema: u32,
    pub kind: Kind,
    /// The world in which `link` makes a component of it; none for a component.
    pub world: Option<World>,
    /// What a command runs.
    pub entry: Option<Entry>,
    /// The layout that `link` takes, and the reason; none for what it cannot link.
    pub layout: Option<LayoutChoice>,
    /// The memory the adapter would use; none if the module has none.
    pub memory: Option<Memory>,
    /// The languages it was written in, from the
    /// [`producers` section](https://github.com/WebAssembly/tool-conventions/blob/main/ProducersSection.md).
    pub languages: Vec<Producer>,
    /// The compilers, linkers and other tools that made it, from the `producers` section.
    pub tools: Vec<Producer>,
    pub imports: Vec<Import>,
    /// The exports that mean something to a component.
    pub exports: Vec<Export>,
    /// The names of all other exports: nothing outside a component could call them.
    pub other_exports: Vec<String>,
    /// What `link` leaves out or adds, and what nobody can call.
    pub warnings: Vec<String>,
    /// What keeps `link` from making a component, all of it. Empty means that it will.
    pub problems: Vec<Problem>,
}

/// The kind of a WebAssembly file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    Module,
    Component,
}

/// A tool or language, and its version as the file words it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Producer {
    pub name: String,
    pub version: String,
}

/// Inspects a module or component, binary or text, as a [`Linker`] with its default options sees it.
///
/// # Errors
/// The input is not valid. Whatever else is wrong is in the report.
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
            layout: plan.problems.is_empty().then_some(plan.layout),
            memory: plan.memory,
            languages: producers(program.producers.as_ref(), &["language"]),
            tools: producers(program.producers.as_ref(), &["processed-by", "sdk"]),
            imports: plan.imports,
            exports: plan.exports,
            other_exports: plan.other_exports,
            warnings: plan.warnings,
            problems: plan.problems,
        }
    }

    pub(crate) fn of_component(wasm: &[u8]) -> Result<Report> {
        component::read(wasm)
    }

    /// The report for people: aligned columns, no colour.
    pub fn to_text(&self) -> String {
        text::render(self)
    }
}

/// The values of some fields of a `producers` section.
fn producers(section: Option<&Producers>, fields: &[&str]) -> Vec<Producer> {
    let fields = fields.iter().filter_map(|name| section?.get(name));
    let producer = |(name, version): (&String, &String)| Producer { name: name.clone(), version: version.clone() };
    fields.flat_map(|field| field.iter().map(producer).collect::<Vec<_>>()).collect()
}
