//! Says what a WebAssembly file is, who serves its imports, and what keeps it from becoming a component.
//!
//! | file | part |
//! |---|---|
//! | `module.rs` | reads a core module into a [`Report`] |
//! | `component.rs` | reads a component into one |
//! | `wit.rs` | the WIT that a module carries, and whether the module is like it |
//! | `features.rs` | features of WebAssembly that no engine with components has |
//! | `adapter.rs` | reads the adapters that a user gives |
//! | `problems.rs` | judges what was read; every problem names its remedy |
//! | `remedies.rs` | what is known about import modules that are not preview1 |
//! | `text.rs` | the report for people |
//!
//! The JSON form is the serialised [`Report`]. Its shape is stable: fields may be added, and `schema` grows when one
//! changes its meaning or goes.

mod adapter;
mod component;
mod features;
mod module;
mod problems;
mod remedies;
mod text;
mod wit;

#[cfg(test)]
mod tests;

use crate::custom;
use crate::link::{self, Choice, LinkOptions};
use anyhow::{Context, Result};
use module::Validate;
use serde::Serialize;
use std::fmt;
use wasmparser::Parser;

pub use problems::{Problem, Problems};

/// The version of the JSON shape.
pub const SCHEMA: u32 = 1;

/// What a WebAssembly file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    pub schema: u32,
    pub kind: Kind,
    /// The world `link` chooses by itself; none for a component.
    pub world: Option<&'static str>,
    /// What a command runs.
    pub entry: Option<Entry>,
    /// The layout `link` chooses and why; none for what it cannot link.
    pub layout: Option<Choice>,
    /// The memory the adapter would use; none if the module has none.
    pub memory: Option<Memory>,
    /// The languages it was written in, from the `producers` section.
    pub languages: Vec<Producer>,
    /// The compilers, linkers and other tools that made it, from the `producers` section.
    pub tools: Vec<Producer>,
    pub imports: Vec<Import>,
    /// The exports that mean something to a component.
    pub exports: Vec<Export>,
    /// The names of all other exports: nothing outside a component could call them.
    pub other_exports: Vec<String>,
    /// Custom sections that cannot be read, which `link` leaves out.
    pub warnings: Vec<String>,
    /// What keeps `link` from making a component, all of it. Empty means that it will.
    pub problems: Vec<Problem>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Module,
    Component,
}

/// What of a module is run, as `wasmtime run` has it: after its start function and `_initialize`, the function without a
/// name, or else `_start`, or else nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Entry {
    /// The export `_start`.
    Start,
    /// The export whose name is empty.
    Unnamed,
    /// The export `_initialize` is all there is to run.
    Initialize,
    /// The start function is all there is to run.
    StartSection,
    /// It exports `wasi:cli/run` by its own WIT: it has been linked with an adapter.
    Wit,
}

impl Entry {
    /// The name under which it is exported.
    pub fn export(self) -> Option<&'static str> {
        match self {
            Entry::Start => Some("_start"),
            Entry::Unnamed => Some(""),
            Entry::Initialize => Some("_initialize"),
            Entry::StartSection | Entry::Wit => None,
        }
    }
}

/// A tool or language, and its version as the file words it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Producer {
    pub name: String,
    pub version: String,
}

/// A linear memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Memory {
    pub origin: MemoryOrigin,
    /// In pages.
    pub minimum: u64,
    /// In pages.
    pub maximum: Option<u64>,
    pub shared: bool,
    pub memory64: bool,
    /// In bytes.
    pub page_size: u64,
}

/// Where a memory comes from and whether it goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MemoryOrigin {
    /// Defined, and exported as `memory`.
    Exported,
    /// Defined, and not exported under that name.
    Private,
    Imported,
}

/// An import: of a module by two names, of a component by one (`module` is then empty).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Import {
    pub module: String,
    pub name: String,
    pub kind: &'static str,
    /// A function as `(i32, i64) -> i32`; what is no function in the words of the text format.
    pub signature: String,
    pub served_by: Server,
}

/// Who serves an import once the component is linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Server {
    /// The adapter of this tool.
    Adapter,
    /// A further adapter, given with `--adapt`.
    UserAdapter,
    /// The host: the component imports it.
    Host,
    /// The component itself: a memory that nobody else could give becomes the module's own.
    Component,
    /// Nothing does; there is a problem that says so.
    Nobody,
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Server::Adapter => "adapter",
            Server::UserAdapter => "--adapt",
            Server::Host => "host",
            Server::Component => "component",
            Server::Nobody => "nobody",
        })
    }
}

/// An export that means something to a component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Export {
    pub name: String,
    pub kind: &'static str,
    pub signature: String,
    pub role: Role,
}

/// What an export is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// What a command runs, see [`Entry`].
    EntryPoint,
    /// `_initialize`, if there is more: it is called once, before anything else.
    Initializer,
    /// The memory that imports read and write.
    Memory,
    /// Gives the adapter and the host memory.
    Allocator,
    /// Implements an export of the module's own WIT world.
    Wit,
    /// What a component exports.
    Component,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Role::EntryPoint => "entry point",
            Role::Initializer => "initializer",
            Role::Memory => "memory",
            Role::Allocator => "allocator",
            Role::Wit => "WIT export",
            Role::Component => "export",
        })
    }
}

/// Inspects a binary module or component as `link` sees it with its default options.
pub fn inspect(wasm: &[u8]) -> Result<Report> {
    inspect_for(wasm, &LinkOptions::default())
}

/// Inspects a binary module or component as `link` sees it with these options.
///
/// An error means that it is no valid WebAssembly; what is valid but cannot be linked is in the report's problems. To be
/// sure that nothing is missing there, it is linked.
pub fn inspect_for(wasm: &[u8], options: &LinkOptions) -> Result<Report> {
    let (readable, warnings) = custom::readable(wasm);
    let mut report = Report { warnings, ..read(&readable, options, Validate::Everything)? };
    if report.problems.is_empty()
        && let Err(error) = link::join(&readable, &report, options)
    {
        report.problems = vec![Problem::unforeseen(&error)];
        report.layout = None;
    }
    Ok(report)
}

/// As [`inspect_for`] of what has readable custom sections, but whether functions are valid is left to [`validate`], which
/// may run beside what comes next.
pub(crate) fn outline_for(wasm: &[u8], options: &LinkOptions) -> Result<Report> {
    read(wasm, options, Validate::Outline)
}

/// Which engines run what is valid.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runs {
    Anywhere,
    /// It uses features that none with components has.
    Nowhere,
}

/// Whether it is a valid module, its functions included.
pub(crate) fn validate(wasm: &[u8]) -> Result<Runs> {
    let (_, problems) = features::validated(wasm).context(NOT_A_MODULE)?;
    Ok(if problems.is_empty() { Runs::Anywhere } else { Runs::Nowhere })
}

const NOT_A_MODULE: &str = "this is not a valid WebAssembly module";

fn read(wasm: &[u8], options: &LinkOptions, what: Validate) -> Result<Report> {
    if Parser::is_component(wasm) {
        component::read(wasm).context("this is not a valid component")
    } else {
        let adapters = adapter::read_all(options)?;
        module::read(wasm, &adapters, options, what).context(NOT_A_MODULE)
    }
}

impl Report {
    /// The report for people: aligned columns, no colour.
    pub fn to_text(&self) -> String {
        text::render(self)
    }
}
