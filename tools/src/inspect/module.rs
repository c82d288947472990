//! Reads a core module.

use super::adapter::Adapters;
use super::{Export, Import, Kind, Memory, MemoryOrigin, Producer, Report, Role, SCHEMA, Server, problems};
use crate::link::{Choice, LinkOptions};
use crate::preview1::Snapshot;
use crate::validate;
use anyhow::{Context, Result};
use std::collections::HashSet;
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
    let types = match what {
        Validate::Everything => validate::everything(wasm)?,
        Validate::Outline => validate::outline(wasm)?,
    };
    let types = types.as_ref();
    let wit = WitNames::of(wasm)?;
    let producers = Producers::of(wasm)?;

    let mut report = Report {
        schema: SCHEMA,
        kind: Kind::Module,
        world: Some("reactor"),
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
    let mut exported_memory = None;
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let (import, ty) = read_import(import?, types, adapters, &wit);
                    report.imports.push(import);
                    import_types.push(ty);
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    if export.kind == ExternalKind::Memory && export.name == "memory" {
                        exported_memory = Some(export.index);
                    }
                    read_export(export, types, &wit, &mut report);
                }
            }
            _ => {}
        }
    }
    report.memory = memory(types, exported_memory, &report);

    let imports: Vec<_> = report
        .imports
        .iter()
        .zip(&import_types)
        .map(|(import, ty)| FunctionImport { import, ty: ty.as_ref() })
        .collect();
    let problems = problems::find(&report, &imports, adapters, options);
    report.problems = problems;
    report.layout = report.problems.is_empty().then(|| Choice::of(&report, options));
    Ok(report)
}

fn read_import(
    raw: RawImport<'_>,
    types: TypesRef<'_>,
    adapters: &Adapters<'_>,
    wit: &WitNames,
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

fn read_export(raw: wasmparser::Export<'_>, types: TypesRef<'_>, wit: &WitNames, report: &mut Report) {
    let (kind, signature) = match raw.kind {
        ExternalKind::Func => ("function", signature(types[types.core_function_at(raw.index)].unwrap_func())),
        ExternalKind::Memory => ("memory", String::new()),
        ExternalKind::Table => ("table", String::new()),
        ExternalKind::Global => ("global", String::new()),
        ExternalKind::Tag => ("tag", String::new()),
        ExternalKind::FuncExact => ("exact function", String::new()),
    };
    let role = match (raw.kind, raw.name) {
        (ExternalKind::Func, "_start") => {
            report.world = Some("command");
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

/// What the module's own WIT metadata (`component-type` sections) imports and exports.
struct WitNames {
    imports: HashSet<String>,
    exports: HashSet<String>,
}

impl WitNames {
    fn of(wasm: &[u8]) -> Result<WitNames> {
        let mut names = WitNames { imports: HashSet::new(), exports: HashSet::new() };
        // To look for the metadata is to copy the module, which takes long for a large one.
        let mut payloads = Parser::new(0).parse_all(wasm);
        let is_metadata = |payload: &Payload<'_>| match payload {
            Payload::CustomSection(section) => section.name().starts_with("component-type"),
            _ => false,
        };
        if !payloads.any(|payload| payload.as_ref().is_ok_and(is_metadata)) {
            return Ok(names);
        }
        let (_, metadata) = wit_component::metadata::decode(wasm).context("reading its WIT metadata")?;
        let world = &metadata.resolve.worlds[metadata.world];
        names.imports.extend(["$root".into(), "[export]$root".into()]);
        names.imports.extend(world.imports.keys().map(|key| metadata.resolve.name_world_key(key)));
        for key in world.exports.keys() {
            let name = metadata.resolve.name_world_key(key);
            names.imports.insert(format!("[export]{name}"));
            names.exports.insert(name);
        }
        Ok(names)
    }

    /// The linker knows two spellings of import modules; the second one begins with `cm32p2`.
    fn serves(&self, module: &str) -> bool {
        match module.strip_prefix("cm32p2") {
            Some("") => !self.imports.is_empty(),
            Some(rest) => rest.strip_prefix('|').is_some_and(|name| self.serves(name)),
            None => self.imports.contains(module),
        }
    }

    /// Exports are spelled `function`, `interface#function`, or either with a prefix such as `cabi_post_`.
    fn exports(&self, export: &str) -> bool {
        let name = export.trim_start_matches("cm32p2").trim_start_matches('|').trim_start_matches("cabi_post_");
        let name = name.rsplit(']').next().unwrap_or(name);
        let name = name.split(['#', '|']).next().unwrap_or(name);
        self.exports.contains(name)
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
