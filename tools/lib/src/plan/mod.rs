//! Decides what becomes of a module, once: what of it runs, who serves its imports, in which world and layout it is
//! linked, and everything that keeps it from that.
//!
//! | file | part |
//! |---|---|
//! | `layout.rs` | the layout and world |
//! | `adapter.rs` | reads the adapters that a user gives |
//! | `problems.rs` | everything that stands in the way, each with its remedy |
//! | `wit.rs` | whether the module is what its own WIT says |
//! | `wit_text.rs` | functions of WIT as its text has them |
//! | `allocator.rs` | what gives the host memory where the module has no `cabi_realloc` |
//! | `warnings.rs` | what nobody can call, what is never given back |
//! | `remedies.rs` | known import modules that are not preview1 |

mod adapter;
mod allocator;
mod layout;
mod problems;
mod remedies;
mod warnings;
mod wit;
pub(crate) mod wit_text;

use crate::linker::Linker;
use crate::preview1::Snapshot;
use crate::program::{Program, ProgramExport, ProgramImport};
use crate::{LinkError, World, signature};
use adapter::Adapters;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;
use wasmparser::{ExternalKind, TypeRef};

pub use allocator::Allocator;
pub use layout::LayoutChoice;
pub use problems::{Problem, ProblemCode, Problems, bytes};

/// Everything that is decided before the first byte is written.
#[derive(Debug)]
pub struct Plan {
    pub entry: Option<Entry>,
    /// The world of the adapter.
    pub world: World,
    pub layout: LayoutChoice,
    /// The built-in adapter that stands beside the module in the layout `adapter`; it cannot be both.
    pub beside: Option<Snapshot>,
    pub memory: Option<Memory>,
    pub imports: Vec<Import>,
    /// The exports that mean something to a component.
    pub exports: Vec<Export>,
    pub other_exports: Vec<String>,
    /// The `cabi_realloc` that the module gets, if it needs one and has none.
    pub allocator: Option<Allocator>,
    pub warnings: Vec<String>,
    pub problems: Vec<Problem>,
}

impl Plan {
    /// Plans what a linker is to make of a module.
    pub fn of(program: &Program<'_>, linker: &Linker) -> Result<Plan, LinkError> {
        let adapters = adapter::read_all(linker)?;
        let entry = entry(program);
        let imports: Vec<_> = program.imports.iter().map(|import| planned(import, program, &adapters)).collect();
        let (mut exports, mut other_exports) = (Vec::new(), Vec::new());
        for export in &program.exports {
            match role(export, entry, program) {
                Some(role) => exports.push(described(export, role)),
                None => other_exports.push(export.name.clone()),
            }
        }
        let mut plan = Plan {
            entry,
            world: layout::world(entry, linker),
            layout: LayoutChoice::of(program, &imports, linker),
            beside: layout::beside(&imports, linker),
            memory: memory(program),
            imports,
            exports,
            other_exports,
            allocator: None,
            warnings: Vec::new(),
            problems: Vec::new(),
        };
        let wit = wit::check(program, &plan);
        plan.problems = problems::find(program, &plan, &adapters, linker, wit.problems);
        plan.allocator = wit.allocator;
        plan.warnings = warnings::find(program, &plan);
        Ok(plan)
    }

    /// The exports that the module has for its WIT.
    pub fn wit_exports(&self) -> BTreeSet<&str> {
        self.exports.iter().filter(|export| export.role == Role::Wit).map(|export| &*export.name).collect()
    }
}

/// The export that runs when a module is run, as `wasmtime run` has it: after its start function and `_initialize`, the
/// function without a name, or else `_start`, or else nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
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

/// A module whose WIT has exports is a library if it has nothing but an `_initialize` or a start function: those make it
/// ready. Without such exports there is nobody whom it could be ready for.
fn entry(program: &Program<'_>) -> Option<Entry> {
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

/// A linear memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
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

/// What an import or export is.
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
    /// Of a component, as are those below.
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
    /// A function as `(i32, i64) -> i32`; what is no function in the words of the text format.
    pub signature: String,
    pub served_by: Provider,
}

/// Who serves an import once the component is linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Provider {
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

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Provider::Adapter => "adapter",
            Provider::UserAdapter => "--adapt",
            Provider::Host => "host",
            Provider::Component => "component",
            Provider::Nobody => "nobody",
        })
    }
}

fn planned(import: &ProgramImport, program: &Program<'_>, adapters: &Adapters<'_>) -> Import {
    let is_func = import.func.is_some();
    let served_by = if let Some(adapter) = adapters.get(&*import.module) {
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
    Import { module: import.module.clone(), name: import.name.clone(), kind, signature, served_by }
}

/// An export that means something to a component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Export {
    pub name: String,
    pub kind: ExternKind,
    pub signature: String,
    pub role: Role,
}

/// What an export is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
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

fn role(export: &ProgramExport, entry: Option<Entry>, program: &Program<'_>) -> Option<Role> {
    match (export.kind, &*export.name) {
        (ExternalKind::Func, name) if entry.is_some_and(|entry| entry.export() == Some(name)) => Some(Role::EntryPoint),
        (ExternalKind::Func, "_initialize") => Some(Role::Initializer),
        (ExternalKind::Memory, "memory") => Some(Role::Memory),
        (ExternalKind::Func, name) if is_allocator(name) => Some(Role::Allocator),
        (ExternalKind::Func, name) if program.wit.exports(name) => Some(Role::Wit),
        _ => None,
    }
}

/// Whether what is exported under a name runs the module or gives memory.
pub fn is_entry_or_allocator(name: &str) -> bool {
    matches!(name, "" | "_start" | "_initialize") || is_allocator(name)
}

/// The names under which the linker looks for an allocator.
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
