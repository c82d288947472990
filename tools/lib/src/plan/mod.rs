//! Decides once how a module is linked: its entry, the provider of each import, world and layout, and all problems that
//! prevent linking.
//!
//! | file | part |
//! |---|---|
//! | `layout.rs` | the layout and world |
//! | `adapter.rs` | reads the adapters that a user gives |
//! | `problem.rs` | problems, and lists of them |
//! | `problems.rs` | everything that stands in the way, each with its remedy |
//! | `wit.rs` | whether the module is what its own WIT says |
//! | `wit_text.rs` | functions of WIT as its text has them |
//! | `allocator.rs` | the function that gives the host memory, for a module without `cabi_realloc` |
//! | `warnings.rs` | exports that nobody can call, memory that is never given back |
//! | `sealing.rs` | whether what is denied can be kept from it |
//! | `remedies.rs` | known imports that are not preview1's |

mod adapter;
mod allocator;
mod layers;
mod layout;
mod problem;
mod problems;
mod remedies;
mod sealing;
mod warnings;
mod wit;
pub(crate) mod wit_text;

use crate::linker::Linker;
use crate::pack;
use crate::preview1::{self, Snapshot};
use crate::program::{LayerFunc, Program, ProgramExport, ProgramImport};
use crate::trace::Trace;
use crate::{LinkError, World, signature};
use adapter::Adapters;
use serde::{Serialize, Serializer};
use std::collections::BTreeSet;
use std::fmt;
use wasmparser::{ExternalKind, FuncType, TypeRef};

pub use allocator::Allocator;
pub use layers::{LayerImport, LayerReport, PlannedLayer, Target};
pub use layout::LayoutChoice;
pub use problem::{Problem, ProblemCode, Problems, list};
pub use problems::bytes;
pub use sealing::Refused;

/// All decisions, made before the first byte is written.
#[derive(Debug)]
pub struct Plan {
    pub entry: Option<Entry>,
    pub other_entries: Vec<String>,
    /// The world of the adapter.
    pub world: World,
    pub layout: LayoutChoice,
    /// The separate built-in adapter in the layout `adapter`; there is only one.
    pub beside: Option<Snapshot>,
    pub memory: Option<Memory>,
    pub imports: Vec<Import>,
    /// The layers, the one next to the program first.
    pub layers: Vec<PlannedLayer>,
    /// The layers' functions that serve the imported functions, if there are layers.
    pub from_layers: Vec<Option<LayerFunc>>,
    /// The exports that have a meaning for a component.
    pub exports: Vec<Export>,
    pub other_exports: Vec<String>,
    /// The `cabi_realloc` to add to the module, if it needs one and has none.
    pub allocator: Option<Allocator>,
    /// The imports that find nothing because of the seal.
    pub refused: Vec<Refused>,
    pub warnings: Vec<String>,
    pub problems: Vec<Problem>,
    /// Returns the adapters that serve no import. The one for preview1 also calls `_start`.
    pub unused_adapters: Vec<String>,
}

impl Plan {
    /// Plans how a module is linked.
    pub fn of(program: &Program<'_>, linker: &Linker) -> Result<Plan, LinkError> {
        let (adapters, layers) = (adapter::read_all(linker)?, layers::read_all(linker, &program.imports)?);
        let entry = entry(program, linker);
        let imports = program.imports.iter().map(|import| planned(import, program, &adapters, &layers));
        let imports: Vec<_> = imports.collect();
        let functions = program.imports.iter().filter(|import| import.func.is_some());
        let from_layer = |import: &ProgramImport| Some(layers::serving(&layers, 0, &import.module, import)?.0);
        let from_layers = functions.map(from_layer).collect();
        let (mut exports, mut other_exports) = (Vec::new(), Vec::new());
        for export in &program.exports {
            match role(export, entry.as_ref(), program) {
                Some(role) => exports.push(described(export, role)),
                None => other_exports.push(export.name.clone()),
            }
        }
        let mut plan = Plan {
            world: layout::world(entry.as_ref(), linker),
            other_entries: other_entries(program, entry.as_ref()),
            entry,
            layout: LayoutChoice::of(program, &imports, !layers.is_empty(), linker),
            beside: layout::beside(&imports, linker),
            memory: memory(program),
            refused: sealing::refused(&imports, linker),
            imports,
            layers,
            from_layers,
            exports,
            other_exports,
            allocator: None,
            warnings: Vec::new(),
            problems: Vec::new(),
            unused_adapters: unused_adapters(program, linker),
        };
        let wit = wit::check(program, &plan);
        plan.problems = problems::find(program, &plan, &adapters, linker, wit.problems);
        plan.problems.extend(sealing::find(&plan, &adapters, linker));
        plan.allocator = wit.allocator;
        plan.warnings = warnings::find(program, &plan);
        let of_trace = |trace: &Trace| trace.warning(&program.imports, &linker.seal, &linker.preopened);
        plan.warnings.extend(linker.trace.as_ref().and_then(of_trace));
        plan.warnings.extend(linker.preopened.warning(&program.imports));
        Ok(plan)
    }

    /// The host that the adapter is made for.
    pub fn target(&self, linker: &Linker) -> pack::Target {
        pack::Target {
            world: self.world,
            exit_codes: linker.exit_codes,
            locks: linker.locks,
            denied: linker.seal.denied(),
            throws: self.world == World::Http && linker.cgi.throws(),
        }
    }

    /// The module's exports for its WIT.
    pub fn wit_exports(&self) -> BTreeSet<&str> {
        self.exports.iter().filter(|export| export.role == Role::Wit).map(|export| &*export.name).collect()
    }
}

fn unused_adapters(program: &Program<'_>, linker: &Linker) -> Vec<String> {
    let names = linker.adapters.iter().map(|adapter| &adapter.name);
    let is_used = |name: &str| name == preview1::MODULE || program.imports.iter().any(|import| import.module == name);
    names.filter(|name| !is_used(name)).cloned().collect()
}

/// The entry of a module. By default it is chosen like `wasmtime run` does: after the start function and `_initialize`
/// the function without a name, or else `_start`, or else nothing more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Entry {
    /// The export `_start`.
    Start,
    /// The export whose name is empty.
    Unnamed,
    /// The export `_initialize`, with nothing after it.
    Initialize,
    /// The start function, with nothing after it.
    StartSection,
    /// `wasi:cli/run`, which it exports by its own WIT: it has been linked with an adapter.
    Wit,
    /// Another export, chosen by [`Linker::entry`].
    Named(String),
}

impl Entry {
    fn of_export(name: &str) -> Entry {
        match name {
            "" => Entry::Unnamed,
            "_start" => Entry::Start,
            "_initialize" => Entry::Initialize,
            _ => Entry::Named(name.into()),
        }
    }

    /// Returns the name under which it is exported.
    pub fn export(&self) -> Option<&str> {
        match self {
            Entry::Start => Some("_start"),
            Entry::Unnamed => Some(""),
            Entry::Initialize => Some("_initialize"),
            Entry::Named(name) => Some(name),
            Entry::StartSection | Entry::Wit => None,
        }
    }
}

/// The kind in kebab case. The name of a chosen export is that of the export whose role is entry point.
impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Entry::Start => "start",
            Entry::Unnamed => "unnamed",
            Entry::Initialize => "initialize",
            Entry::StartSection => "start-section",
            Entry::Wit => "wit",
            Entry::Named(_) => "named",
        })
    }
}

/// A module whose WIT has exports is a library if it has only an `_initialize` or a start function, which then
/// initialise it. Without such exports, these are the program.
fn entry(program: &Program<'_>, linker: &Linker) -> Option<Entry> {
    if let Some(name) = &linker.entry {
        return program.exports_func(name).then(|| Entry::of_export(name));
    }
    let has = |entry: &Entry| entry.export().is_some_and(|name| program.exports_func(name));
    if program.wit.runs() {
        return Some(Entry::Wit);
    }
    let starts = program.prescan.start.is_some();
    let named = [Entry::Unnamed, Entry::Start].into_iter().find(has);
    let alone =
        || if has(&Entry::Initialize) { Some(Entry::Initialize) } else { starts.then_some(Entry::StartSection) };
    named.or_else(|| if program.wit.has_exports() { None } else { alone() })
}

/// Returns the exports that could be the entry instead.
fn other_entries(program: &Program<'_>, entry: Option<&Entry>) -> Vec<String> {
    let could_be = |(export, ty): &(&ProgramExport, &FuncType)| {
        let is_entry = entry.and_then(Entry::export) == Some(&*export.name);
        ty.params().is_empty() && ty.results().is_empty() && !is_entry && !program.wit.exports(&export.name)
    };
    program.func_exports().filter(could_be).map(|(export, _)| export.name.clone()).collect()
}

/// A linear memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Memory {
    pub origin: MemoryOrigin,
    /// The size in pages.
    pub minimum: u64,
    /// The size in pages.
    pub maximum: Option<u64>,
    pub shared: bool,
    pub memory64: bool,
    /// The size in bytes.
    pub page_size: u64,
}

/// The origin of a memory, and its visibility.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum MemoryOrigin {
    /// Defined, and exported as `memory`.
    Exported,
    /// Defined, and not exported under that name.
    Private,
    Imported,
}

fn memory(program: &Program<'_>) -> Option<Memory> {
    let ty = program.memory()?;
    let is_memory = |export: &ProgramExport| export.kind == ExternalKind::Memory && export.name == "memory";
    let origin = if program.exports.iter().any(is_memory) {
        MemoryOrigin::Exported
    } else if program.imports.iter().any(|import| matches!(import.ty, TypeRef::Memory(_))) {
        MemoryOrigin::Imported
    } else {
        MemoryOrigin::Private
    };
    Some(Memory {
        origin,
        minimum: ty.initial,
        maximum: ty.maximum,
        shared: ty.shared,
        memory64: ty.memory64,
        page_size: 1 << ty.page_size_log2.unwrap_or(16),
    })
}

/// The kind of an import or export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ExternKind {
    #[serde(rename = "function")]
    Func,
    #[serde(rename = "exact function")]
    ExactFunc,
    Memory,
    Table,
    Global,
    Tag,
    /// In components, like the following.
    Module,
    Instance,
    Component,
    Type,
    Value,
}

impl fmt::Display for ExternKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            ExternKind::Func => "function",
            ExternKind::ExactFunc => "exact function",
            ExternKind::Memory => "memory",
            ExternKind::Table => "table",
            ExternKind::Global => "global",
            ExternKind::Tag => "tag",
            ExternKind::Module => "module",
            ExternKind::Instance => "instance",
            ExternKind::Component => "component",
            ExternKind::Type => "type",
            ExternKind::Value => "value",
        })
    }
}

/// An import: of a module by two names, of a component by one (`module` is then empty).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Import {
    pub module: String,
    pub name: String,
    pub kind: ExternKind,
    /// A function type such as `(i32, i64) -> i32`; other types in the text format.
    pub signature: String,
    pub served_by: Provider,
    /// The name of the layer that serves it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
}

/// The provider of an import in the component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Provider {
    /// The built-in adapter.
    Adapter,
    /// A layer, given with `--layer`.
    Layer,
    /// A further adapter, given with `--adapt`.
    UserAdapter,
    /// The host: the component imports it.
    Host,
    /// The component itself: an imported memory becomes the module's own.
    Component,
    /// None, which is a problem.
    Nobody,
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Provider::Adapter => "adapter",
            Provider::Layer => "layer",
            Provider::UserAdapter => "--adapt",
            Provider::Host => "host",
            Provider::Component => "component",
            Provider::Nobody => "nobody",
        })
    }
}

fn planned(import: &ProgramImport, program: &Program<'_>, adapters: &Adapters<'_>, layers: &[PlannedLayer]) -> Import {
    let is_func = import.func.is_some();
    let layer = layers::serving(layers, 0, &import.module, import).filter(|_| is_func);
    let layer = layer.and_then(|(func, _)| layers.get(func.layer)).map(|layer| layer.name.clone());
    let served_by = if layer.is_some() {
        Provider::Layer
    } else if let Some(adapter) = adapters.get(&*import.module) {
        if is_func && adapter.exports.contains_key(&import.name) { Provider::UserAdapter } else { Provider::Nobody }
    } else if let Some(snapshot) = Snapshot::of(&import.module) {
        if is_func && snapshot.function(&import.name).is_some() { Provider::Adapter } else { Provider::Nobody }
    } else if is_func && program.wit.serves(&import.module) {
        Provider::Host
    } else if matches!(import.ty, TypeRef::Memory(memory) if !memory.shared) {
        Provider::Component
    } else {
        Provider::Nobody
    };
    let (kind, signature) = match (import.ty, &import.func) {
        (TypeRef::Memory(ty), _) => {
            let shared = if ty.shared { " shared" } else { "" };
            let maximum = ty.maximum.map(|pages| format!(" {pages}")).unwrap_or_default();
            (ExternKind::Memory, format!("{}{maximum}{shared}", ty.initial))
        }
        (TypeRef::Table(ty), _) => (ExternKind::Table, format!("{} {}", ty.initial, ty.element_type)),
        (TypeRef::Global(ty), _) if ty.mutable => (ExternKind::Global, format!("(mut {})", ty.content_type)),
        (TypeRef::Global(ty), _) => (ExternKind::Global, ty.content_type.to_string()),
        (TypeRef::Tag(_), _) => (ExternKind::Tag, String::new()),
        (TypeRef::Func(_) | TypeRef::FuncExact(_), ty) => {
            (ExternKind::Func, ty.as_ref().map(signature).unwrap_or_default())
        }
    };
    Import { module: import.module.clone(), name: import.name.clone(), kind, signature, served_by, layer }
}

/// An export that has a meaning for a component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Export {
    pub name: String,
    pub kind: ExternKind,
    pub signature: String,
    pub role: Role,
}

/// The purpose of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Role {
    /// The code that a command runs, see [`Entry`].
    EntryPoint,
    /// `_initialize`, if it is not the entry: it is called once, before anything else.
    Initializer,
    /// The memory that imported functions read and write.
    Memory,
    /// Allocates memory for the adapter and the host.
    Allocator,
    /// Implements an export of the module's own WIT world.
    Wit,
    /// An export of a component.
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

fn role(export: &ProgramExport, entry: Option<&Entry>, program: &Program<'_>) -> Option<Role> {
    match (export.kind, &*export.name) {
        (ExternalKind::Func, name) if entry.and_then(Entry::export) == Some(name) => Some(Role::EntryPoint),
        (ExternalKind::Func, "_initialize") => Some(Role::Initializer),
        (ExternalKind::Memory, "memory") => Some(Role::Memory),
        (ExternalKind::Func, name) if is_allocator(name) => Some(Role::Allocator),
        (ExternalKind::Func, name) if program.wit.exports(name) => Some(Role::Wit),
        _ => None,
    }
}

/// Returns whether an export of this name runs the module or allocates.
pub fn is_entry_or_allocator(name: &str) -> bool {
    matches!(name, "" | "_start" | "_initialize") || is_allocator(name)
}

/// Returns whether the linker looks for an allocator under this name.
fn is_allocator(name: &str) -> bool {
    matches!(
        name,
        "cabi_realloc"
            | "cabi_realloc_adapter"
            | "cabi_import_realloc"
            | "cabi_export_realloc"
            | "canonical_abi_realloc"
    )
}

fn described(export: &ProgramExport, role: Role) -> Export {
    let kind = match export.kind {
        ExternalKind::Func => ExternKind::Func,
        ExternalKind::FuncExact => ExternKind::ExactFunc,
        ExternalKind::Memory => ExternKind::Memory,
        ExternalKind::Table => ExternKind::Table,
        ExternalKind::Global => ExternKind::Global,
        ExternalKind::Tag => ExternKind::Tag,
    };
    let signature = export.func.as_ref().map(signature).unwrap_or_default();
    Export { name: export.name.clone(), kind, signature, role }
}
