//! Reads a core module.

use super::adapter::Adapters;
use super::problems::{self, Facts};
use super::wit::Wit;
use super::{Entry, Export, Import, Kind, Memory, MemoryOrigin, Producer, Report, Role, SCHEMA, Server, features};
use crate::link::{Choice, LinkOptions};
use crate::preview1::Snapshot;
use crate::validate;
use anyhow::{Context, Result};
use wasmparser::{ExternalKind, FuncType, Import as RawImport, MemoryType, Parser, Payload, TypeRef, types::TypesRef};

/// What the judging of problems needs to know of a function import.
pub struct FunctionImport<'a> {
    pub import: &'a Import,
    pub ty: Option<&'a FuncType>,
}

/// What of a module is validated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Validate {
    Everything,
    /// All but the functions' bodies, about which a report says nothing.
    Outline,
}

pub fn read(wasm: &[u8], adapters: &Adapters<'_>, options: &LinkOptions, what: Validate) -> Result<Report> {
    let (types, mut problems) = match what {
        Validate::Everything => features::validated(wasm)?,
        Validate::Outline => (validate::outline(wasm)?, Vec::new()),
    };
    let types = types.as_ref();
    let (wit, unreadable) = Wit::of(wasm)?;
    problems.extend(unreadable);
    let producers = Producers::of(wasm)?;

    let mut report = Report {
        schema: SCHEMA,
        kind: Kind::Module,
        world: None,
        entry: None,
        layout: None,
        memory: None,
        languages: producers.languages,
        tools: producers.tools,
        imports: Vec::new(),
        exports: Vec::new(),
        other_exports: Vec::new(),
        warnings: Vec::new(),
        problems: Vec::new(),
    };
    let mut import_types = Vec::new();
    let (mut exports, mut start) = (Vec::new(), None);
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let (import, ty) = read_import(import?, types, adapters, &wit);
                    report.imports.push(import);
                    import_types.push(ty);
                }
            }
            Payload::ExportSection(section) => exports = section.into_iter().collect::<Result<_, _>>()?,
            Payload::StartSection { func, .. } => start = Some(func),
            _ => {}
        }
    }
    report.entry = entry(&exports, start.is_some(), &wit);
    report.world = Some(if report.entry.is_some() { "command" } else { "reactor" });
    for export in &exports {
        read_export(export, types, &wit, &mut report);
    }
    let memory_export = exports.iter().find(|it| it.kind == ExternalKind::Memory && it.name == "memory");
    report.memory = memory(types, memory_export.map(|export| export.index), &report);

    let functions = exports.iter().filter(|export| export.kind == ExternalKind::Func);
    let imported = import_types.iter().flatten().count() as u32;
    let passed_on = functions.clone().filter(|export| export.index < imported).map(|export| export.name);
    let imports = report.imports.iter().zip(&import_types);
    let facts = Facts {
        report: &report,
        imports: imports.map(|(import, ty)| FunctionImport { import, ty: ty.as_ref() }).collect(),
        exports: functions.map(|it| (it.name, types[types.core_function_at(it.index)].unwrap_func())).collect(),
        passed_on: passed_on.collect(),
        start_is_imported: start.is_some_and(|func| func < imported),
        wit: &wit,
        adapters,
        options,
    };
    problems.extend(problems::find(&facts));
    report.problems = problems;
    report.layout = report.problems.is_empty().then(|| Choice::of(&report, options));
    Ok(report)
}

/// What `wasmtime run` runs of a module. One whose WIT has exports is a library if it has nothing but an `_initialize` or
/// a start function: those make it ready. Without such exports there is nobody whom it could be ready for.
fn entry(exports: &[wasmparser::Export<'_>], start: bool, wit: &Wit) -> Option<Entry> {
    let has = |entry: &Entry| {
        let name = entry.export();
        exports.iter().any(|export| Some(export.name) == name && export.kind == ExternalKind::Func)
    };
    if wit.runs() {
        return Some(Entry::Wit);
    }
    let named = [Entry::Unnamed, Entry::Start].into_iter().find(has);
    let alone = || if has(&Entry::Initialize) { Some(Entry::Initialize) } else { start.then_some(Entry::StartSection) };
    named.or_else(|| if wit.has_exports() { None } else { alone() })
}

fn read_import(
    raw: RawImport<'_>,
    types: TypesRef<'_>,
    adapters: &Adapters<'_>,
    wit: &Wit,
) -> (Import, Option<FuncType>) {
    let (kind, signature, ty) = describe(raw.ty, types);
    let served_by = if let Some(adapter) = adapters.get(raw.module) {
        if ty.is_some() && adapter.exports.contains_key(raw.name) { Server::UserAdapter } else { Server::Nobody }
    } else if let Some(snapshot) = Snapshot::of(raw.module) {
        if ty.is_some() && snapshot.function(raw.name).is_some() { Server::Adapter } else { Server::Nobody }
    } else if ty.is_some() && wit.serves(raw.module) {
        Server::Host
    } else if matches!(raw.ty, TypeRef::Memory(memory) if !memory.shared) {
        Server::Component
    } else {
        Server::Nobody
    };
    (Import { module: raw.module.into(), name: raw.name.into(), kind, signature, served_by }, ty)
}

fn read_export(raw: &wasmparser::Export<'_>, types: TypesRef<'_>, wit: &Wit, report: &mut Report) {
    let (kind, signature) = match raw.kind {
        ExternalKind::Func => ("function", signature(types[types.core_function_at(raw.index)].unwrap_func())),
        ExternalKind::Memory => ("memory", String::new()),
        ExternalKind::Table => ("table", String::new()),
        ExternalKind::Global => ("global", String::new()),
        ExternalKind::Tag => ("tag", String::new()),
        ExternalKind::FuncExact => ("exact function", String::new()),
    };
    let role = match (raw.kind, raw.name) {
        (ExternalKind::Func, name) if report.entry.is_some_and(|entry| entry.export() == Some(name)) => {
            Some(Role::EntryPoint)
        }
        (ExternalKind::Func, "_initialize") => Some(Role::Initializer),
        (ExternalKind::Memory, "memory") => Some(Role::Memory),
        (ExternalKind::Func, name) if is_allocator(name) => Some(Role::Allocator),
        (ExternalKind::Func, name) if wit.exports(name) => Some(Role::Wit),
        _ => None,
    };
    match role {
        Some(role) => report.exports.push(Export { name: raw.name.into(), kind, signature, role }),
        None => report.other_exports.push(raw.name.into()),
    }
}

/// The names under which the linker looks for an allocator.
pub fn is_allocator(name: &str) -> bool {
    matches!(
        name,
        "cabi_realloc"
            | "cabi_realloc_adapter"
            | "cabi_import_realloc"
            | "cabi_export_realloc"
            | "canonical_abi_realloc"
    )
}

/// The memory exported as `memory`, else the first one: the only one in nearly every module.
fn memory(types: TypesRef<'_>, exported: Option<u32>, report: &Report) -> Option<Memory> {
    if types.memory_count() == 0 {
        return None;
    }
    let ty: MemoryType = types.memory_at(exported.unwrap_or(0));
    let origin = if exported.is_some() {
        MemoryOrigin::Exported
    } else if report.imports.iter().any(|import| import.kind == "memory") {
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

fn describe(ty: TypeRef, types: TypesRef<'_>) -> (&'static str, String, Option<FuncType>) {
    match ty {
        TypeRef::Func(index) | TypeRef::FuncExact(index) => {
            let ty = types[types.core_type_at_in_module(index)].unwrap_func();
            ("function", signature(ty), Some(ty.clone()))
        }
        TypeRef::Memory(ty) => {
            let shared = if ty.shared { " shared" } else { "" };
            let maximum = ty.maximum.map(|pages| format!(" {pages}")).unwrap_or_default();
            ("memory", format!("{}{maximum}{shared}", ty.initial), None)
        }
        TypeRef::Table(ty) => ("table", format!("{} {}", ty.initial, ty.element_type), None),
        TypeRef::Global(ty) if ty.mutable => ("global", format!("(mut {})", ty.content_type), None),
        TypeRef::Global(ty) => ("global", ty.content_type.to_string(), None),
        TypeRef::Tag(_) => ("tag", String::new(), None),
    }
}

/// A function type as the reports show it.
pub fn signature(ty: &FuncType) -> String {
    let list = |types: &[wasmparser::ValType]| types.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match ty.results() {
        [one] => format!("({}) -> {one}", list(ty.params())),
        results => format!("({}) -> ({})", list(ty.params()), list(results)),
    }
}

/// The `producers` section, sorted into languages and tools.
pub struct Producers {
    pub languages: Vec<Producer>,
    pub tools: Vec<Producer>,
}

impl Producers {
    pub fn of(wasm: &[u8]) -> Result<Producers> {
        let section = wasm_metadata::Producers::from_wasm(wasm).context("reading the `producers` section")?;
        let fields = |names: &[&str]| {
            let fields = names.iter().filter_map(|name| section.as_ref()?.get(name));
            let producer =
                |(name, version): (&String, &String)| Producer { name: name.clone(), version: version.clone() };
            fields.flat_map(|field| field.iter().map(producer).collect::<Vec<_>>()).collect()
        };
        Ok(Producers { languages: fields(&["language"]), tools: fields(&["processed-by", "sdk"]) })
    }
}
