//! Merges program and adapter into one core module with one memory.
//!
//! In the isolated layout the adapter has the first pages. The program's memory starts above them, and everything in
//! the program that contains an address is moved up accordingly (`code.rs`, `guest.rs`): the program cannot tell, and
//! no pointer that it can form reaches the adapter. So it does not matter how the program's allocator takes memory. An
//! adapter that lives among the program's memory is overwritten by some allocators (Go, TinyGo, AssemblyScript, Kotlin;
//! wasm-tools issue 2289).
//!
//! In the guest layout the program does not move, because the host sees its pointers: it has imports or exports of its
//! own WIT. The adapter allocates from the program.
//!
//! Function indices are assigned in this order: imports, the program's first; the program's functions; the layers'; the
//! adapter's functions. All other items are in the same order.
//!
//! Validation may run at the same time, so this code copes with any input: invalid input gives an error or an invalid
//! module.

mod code;
mod grow;
mod guest;
mod layers;
mod limits;
mod look;
mod names;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::mem;
use std::ops::Range;

use anyhow::{Context, Result, bail};
use wasm_encoder::reencode::Reencode;
use wasm_encoder::{
    ConstExpr, CustomSection, Elements, ExportKind, Function, GlobalType, MemoryType, Module, Section as _, ValType,
};
use wasmparser::{ExternalKind, Parser, Payload, TypeRef};
use wit_component::{StringEncoding, embed_component_metadata};

use crate::dwarf::{self, Moved, Recorder, is_dwarf};
use crate::names::quoted;
use crate::pack::{
    AdapterMemory, BetweenLayers, IMPORT_REALLOC, Needs, Part, REALLOC, Reallocs, SET_HOST, Sections, WAITING,
    WorldWit, merged,
};
use crate::plan::PlannedLayer;
use crate::program::{ImportTarget, PreScan};
use crate::{ExitCodes, World, validate};
use code::Original;
use guest::{Guest, error};
use layers::{Layers, Places};

pub use limits::Exceeded;

/// The number of pages that the adapter can add above the program's maximum in the guest layout.
const ROOM: u64 = 16;

/// Options for merging a program.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    pub world: World,
    pub exit_codes: ExitCodes,
    /// The number of pages below the program that are the adapter's, in the isolated layout. None in the guest layout.
    pub pages_below: Option<u32>,
    /// True if the merged module is to be validated.
    pub validate: bool,
    /// The layers between program and adapter, the one next to the program first; only in the isolated layout.
    pub layers: &'a [PlannedLayer],
}

/// The result of merging a program.
#[derive(Debug)]
pub struct Merged {
    /// The merged module.
    pub wasm: Vec<u8>,
    /// A module with the same types, imports and exports, but without code and data.
    pub skeleton: Vec<u8>,
    /// The custom sections that describe its WIT. With them, wit-component makes a component of either module, without
    /// any adapter.
    pub wit: Vec<u8>,
    /// Descriptions of the contents that were left out and may be missed.
    pub losses: Vec<String>,
}

/// Merges a program, already pre-scanned, with the adapter. `wit_exports` are the program's exports for its own WIT.
pub fn merge(program: &[u8], prescan: &PreScan, wit_exports: &BTreeSet<&str>, options: Options<'_>) -> Result<Merged> {
    merge_with(program, prescan, options, Exports::OfComponent(wit_exports))
}

/// The exports of the merged module.
#[derive(Clone, Copy)]
enum Exports<'a> {
    /// Those that a component needs, with these of the program. In the guest layout all of the program's stay, since
    /// those for the canonical ABI have many names.
    OfComponent(&'a BTreeSet<&'a str>),
    /// Also everything that the program exports, for tests to call and compare.
    #[cfg(test)]
    All,
}

impl Exports<'_> {
    /// Returns whether an export of the program stays in the isolated layout.
    fn has(self, name: &str) -> bool {
        match self {
            Exports::OfComponent(of_wit) => of_wit.contains(name),
            #[cfg(test)]
            Exports::All => true,
        }
    }
}

fn merge_with(program: &[u8], prescan: &PreScan, options: Options<'_>, exports: Exports<'_>) -> Result<Merged> {
    let Options { world, exit_codes, pages_below, validate, layers } = options;
    if let Some((module, name)) = prescan.other_imports.first() {
        bail!("it imports {} from {}, which is no function", quoted(name), quoted(module));
    }
    let wit = WorldWit::new(world)?;
    let (functions, mut base) = (prescan.functions(), prescan.base());
    let functions: BTreeSet<_> = functions.into_iter().chain(layers::adapter_functions(layers)).collect();
    let adapter_bytes = pages_below.unwrap_or(0) << 16;
    let pages_below = pages_below.map(|pages| layers::pages(layers) + u64::from(pages));
    limits::check(pages_below.unwrap_or(0), limits::PAGES - 1, || "the number of pages below the program".into())?;
    let bytes = (pages_below.unwrap_or(0) << 16) as u32;
    let places = Places::of(layers, adapter_bytes);
    let mut layers = Layers::new(layers, &places, prescan.memory(), &mut base);
    let memory = match pages_below {
        Some(_) => {
            let layers = match layers.is_empty() {
                true => BetweenLayers::None,
                false => BetweenLayers::Some { import_realloc: layers.realloc().is_some() },
            };
            AdapterMemory::Below { start: places.adapter, bytes: adapter_bytes, layers }
        }
        None => {
            let has = |name| base.main_funcs.contains_key(name);
            AdapterMemory::Within(Reallocs { adapter: has(REALLOC), import: has(IMPORT_REALLOC) })
        }
    };
    if pages_below.is_none() && !base.main_funcs.contains_key(REALLOC) {
        let pages = prescan.memory_type().map_or(0, |memory| memory.initial);
        limits::check(pages.saturating_add(1), limits::PAGES, || "the number of its memory's pages".into())?;
    }
    let adapter = merged(&wit, &Needs { world, exit_codes, functions: &functions, memory })?;
    let part = Part::new(&adapter, &base)?;
    let of_adapter = |name: &str| {
        let index = adapter.exported_func(name).with_context(|| format!("the adapter does not export `{name}`"))?;
        Ok(part.func(index))
    };
    layers.resolve(part.imported_funcs(), &base.host_funcs, of_adapter)?;
    let mut host = 0..;
    let import = |target: &ImportTarget| match target {
        ImportTarget::Adapter(name) => of_adapter(name),
        ImportTarget::Layer(func) => layers.function(*func),
        ImportTarget::Host => Ok(host.next().expect("there are indices enough")),
    };
    let imports = prescan.imports.iter().map(import).collect::<Result<Vec<_>>>()?;
    let guest = Guest {
        imports,
        first_func: part.imported_funcs(),
        funcs: prescan.base().funcs,
        memory: prescan.memory(),
        memories64: prescan.memories64(),
        base: bytes,
        grow: part.imported_funcs() + base.funcs + part.added_funcs(),
    };
    let set_host = adapter.exported_func(SET_HOST).map(|index| part.func(index));
    let outer = adapter.exports.iter().map(|export| export.name.clone());
    let outer = outer.filter(|name| name != SET_HOST && !functions.contains(name)).collect();
    let next_type = base.types + part.added_types();
    let merge = Merge {
        prescan,
        guest,
        part,
        layers,
        appended: layers::Appended::default(),
        outer,
        set_host,
        awaited: Vec::new(),
        exports,
        pages_below,
        validate,
        next_type,
        code: 0..0,
        functions: Vec::new(),
        grows: false,
        references: BTreeSet::new(),
        sections: Sections::default(),
        custom: Vec::new(),
        dwarf: Vec::new(),
    };
    let mut merged = merge.run(program)?;
    embed_component_metadata(&mut merged.wit, wit.resolve, wit.world, StringEncoding::UTF8, false)?;
    Ok(merged)
}

struct Merge<'m, 'a, 'p> {
    prescan: &'m PreScan,
    guest: Guest,
    part: Part<'m, 'a>,
    layers: Layers<'m>,
    appended: layers::Appended,
    /// The adapter's exports for the host.
    outer: BTreeSet<String>,
    /// The adapter's function that records whether the host waits, if it has to know.
    set_host: Option<u32>,
    /// The program's exports that the host calls while it waits, with their functions.
    awaited: Vec<(&'p str, u32)>,
    exports: Exports<'m>,
    /// The number of pages below the program that are the adapter's and the layers'; none in the guest layout.
    pages_below: Option<u64>,
    validate: bool,
    /// The next type index. The section's length is not it: that counts recursion groups.
    next_type: u32,
    /// The range of the code section's contents in the program, up to the first function.
    code: Range<u64>,
    functions: Vec<Original<'p>>,
    /// True if the program grows its memory.
    grows: bool,
    /// The program's functions that its code refers to by `ref.func`.
    references: BTreeSet<u32>,
    sections: Sections,
    custom: Vec<CustomSection<'p>>,
    /// The sections of debugging information.
    dwarf: Vec<(&'p str, &'p [u8])>,
}

impl<'p> Merge<'_, '_, 'p> {
    fn run(mut self, program: &'p [u8]) -> Result<Merged> {
        let mut names = None;
        let (mut losses, mut wit) = (Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(program) {
            match payload? {
                Payload::CustomSection(section) => match section.as_known() {
                    wasmparser::KnownCustom::Name(section) => names = Some(section),
                    _ if is_dwarf(section.name()) => self.dwarf.push((section.name(), section.data())),
                    _ if section.name().starts_with("component-type") => {
                        CustomSection::from(section).append_to(&mut wit);
                    }
                    _ if survives(&section) => self.custom.push(section.into()),
                    _ => losses.extend(loss(section.name())),
                },
                payload => self.section(payload)?,
            }
        }
        if self.prescan.memory_type().is_none() {
            let (minimum, maximum) = (0, None);
            let none = MemoryType { minimum, maximum, memory64: false, shared: false, page_size_log2: None };
            self.memory(none)?;
        }
        let recorder = self.copy_functions()?;
        self.callers();
        self.appended = self.layers.append(&mut self.sections, self.prescan.types())?;
        losses.append(&mut self.appended.losses);
        wit.append(&mut self.appended.wit);
        self.part.append(&mut self.sections)?;
        self.grow();
        self.awaited()?;
        self.exports()?;
        self.declare()?;
        let names = self.names(names)?;
        let code = recorder.finish(self.code.start, self.sections.code.len());
        let moved = Moved { code: &code, base: self.guest.base };
        // Either can take long.
        let (dwarf, module) = rayon::join(|| dwarf::rewrite(&self.dwarf, moved), || self.module());
        let mut module = module?;
        losses.extend(dwarf.losses);
        for (name, data) in &dwarf.sections {
            module.section(&CustomSection { name: Cow::Borrowed(name), data: Cow::Borrowed(data) });
        }
        module.section(&names);
        // LLVM's tools require the section of producers after that of names.
        for section in &self.custom {
            module.section(section);
        }
        limits::check(module.len() as u64, limits::MODULE_SIZE, || "its size".into())?;
        Ok(Merged { wasm: module.finish(), skeleton: self.sections.skeleton().finish(), wit, losses })
    }

    /// Builds the module without custom sections.
    fn module(&self) -> Result<Module> {
        self.check_limits()?;
        let module = self.sections.finish();
        if self.validate {
            validate::everything(module.as_slice()).context("the merged module is not valid")?;
        }
        Ok(module)
    }

    /// Checks the sections that the adapter has been added to against the limits of engines.
    fn check_limits(&self) -> Result<()> {
        let Sections { imports, functions, globals, elements, .. } = &self.sections;
        let counts = [
            ("types", self.next_type, limits::TYPES),
            ("imports", imports.len(), limits::IMPORTS),
            ("functions", self.part.imported_funcs().saturating_add(functions.len()), limits::FUNCTIONS),
            ("globals", globals.len(), limits::GLOBALS),
            ("element segments", elements.len(), limits::ELEMENT_SEGMENTS),
        ];
        counts.into_iter().try_for_each(|(what, count, most)| {
            limits::check(count.into(), most, || format!("the number of its {what}"))
        })
    }

    /// Copies the program's functions.
    fn copy_functions(&mut self) -> Result<Recorder> {
        let mut recorder = Recorder::default();
        for copied in code::copy(&self.guest, &self.functions)? {
            self.sections.code.functions(copied.count, copied.bytes);
            self.grows |= copied.grows;
            self.references.extend(copied.references);
            recorder.append(copied.recorder);
        }
        Ok(recorder)
    }

    /// Copies one of the program's sections.
    fn section(&mut self, payload: Payload<'p>) -> Result<()> {
        let (guest, out) = (&mut self.guest, &mut self.sections);
        match payload {
            Payload::TypeSection(section) => guest.parse_type_section(&mut out.types, section).map_err(error)?,
            Payload::FunctionSection(section) => {
                guest.parse_function_section(&mut out.functions, section).map_err(error)?;
            }
            Payload::TableSection(section) => guest.parse_table_section(&mut out.tables, section).map_err(error)?,
            Payload::ImportSection(section) => {
                let mut targets = self.prescan.imports.iter();
                for import in section.into_imports() {
                    let import = import?;
                    match import.ty {
                        // A component has nobody to provide a memory, so the module defines it.
                        TypeRef::Memory(memory) => {
                            let memory = self.guest.memory_type(memory).map_err(error)?;
                            self.memory(memory)?;
                        }
                        TypeRef::Func(_) | TypeRef::FuncExact(_)
                            if !matches!(targets.next(), Some(ImportTarget::Host)) => {}
                        _ => self.guest.parse_import(&mut self.sections.imports, import).map_err(error)?,
                    }
                }
            }
            Payload::MemorySection(section) => {
                for memory in section {
                    let memory = self.guest.memory_type(memory?).map_err(error)?;
                    self.memory(memory)?;
                }
            }
            Payload::TagSection(section) => guest.parse_tag_section(&mut out.tags, section).map_err(error)?,
            Payload::GlobalSection(section) => guest.parse_global_section(&mut out.globals, section).map_err(error)?,
            Payload::ElementSection(section) => {
                guest.parse_element_section(&mut out.elements, section).map_err(error)?;
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    if self.pages_below.is_some() && !self.exports.has(export.name) {
                        continue;
                    }
                    match export.name {
                        "memory" | "_start" | "_initialize" => {}
                        IMPORT_REALLOC if self.outer.contains(IMPORT_REALLOC) => {}
                        name if self.outer.contains(name) => bail!(
                            "it exports `{name}`, which the adapter exports for it because it has a `_start`; link it \
                             with `--world reactor` to keep its own"
                        ),
                        name if self.set_host.is_some() && is_awaited(&export) => {
                            self.awaited.push((name, export.index))
                        }
                        _ => guest.parse_export(&mut out.exports, export).map_err(error)?,
                    }
                }
            }
            Payload::DataCountSection { count, .. } => out.data_count = Some(count),
            Payload::CodeSectionStart { unchecked_range, size, .. } => {
                self.code = unchecked_range.start..unchecked_range.end.saturating_sub(size.into());
            }
            Payload::CodeSectionEntry(body) => {
                let start = self.functions.last().map_or(self.code.end, |function| function.body.range().end);
                let index = self.prescan.imports.len() + self.functions.len();
                let params = self.prescan.params(index);
                self.functions.push(Original { index: index as u32, body, start, params });
            }
            Payload::DataSection(section) => {
                for data in section {
                    guest.data(&mut out.data, &data?, &self.prescan.globals)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Adds the globals with the bounds of the caller's memory, if there are layers: at first the program's.
    fn callers(&mut self) {
        if self.layers.is_empty() {
            return;
        }
        let ty = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
        for value in [self.guest.base, 0] {
            self.sections.globals.global(ty, &ConstExpr::i32_const(value as i32));
        }
    }

    /// Adds a memory.
    fn memory(&mut self, memory: MemoryType) -> Result<()> {
        let shared = self.sections.memories.len() == self.guest.memory;
        self.sections.memories.memory(if shared { with_adapter(memory, self.pages_below)? } else { memory });
        Ok(())
    }

    /// Adds the function that grows the memory, if the program does so.
    fn grow(&mut self) {
        if !self.grows {
            return;
        }
        let grow = grow::function(self.guest.memory, self.guest.base >> 16);
        self.function([ValType::I32], [ValType::I32], &grow);
    }

    /// Appends a function and returns its index.
    fn function<const P: usize, const R: usize>(
        &mut self,
        params: [ValType; P],
        results: [ValType; R],
        function: &Function,
    ) -> u32 {
        let out = &mut self.sections;
        out.types.ty().function(params, results);
        out.functions.function(self.next_type);
        out.code.function(function);
        self.next_type += 1;
        self.part.imported_funcs() + out.functions.len() - 1
    }

    /// Declares the functions that code refers to: the exports that declared them may be gone.
    fn declare(&mut self) -> Result<()> {
        let references = self.references.iter().map(|index| self.guest.function_index(*index).map_err(error));
        let mut references = references.collect::<Result<Vec<_>>>()?;
        references.extend(&self.appended.references);
        if !references.is_empty() {
            self.sections.elements.declared(Elements::Functions(references.into()));
        }
        Ok(())
    }

    /// Exports the functions that the host calls while it waits, each wrapped to tell the adapter so.
    fn awaited(&mut self) -> Result<()> {
        let Some(set_host) = self.set_host else { return Ok(()) };
        for (name, func) in mem::take(&mut self.awaited) {
            let mut index = self.guest.function_index(func).map_err(error)?;
            if let Some((ty, params)) = self.prescan.signature(func) {
                let mut function = Function::new([]);
                let mut code = function.instructions();
                code.i32_const(WAITING).call(set_host);
                for param in 0..params {
                    code.local_get(param);
                }
                code.call(index).i32_const(0).call(set_host).end();
                self.sections.functions.function(ty);
                self.sections.code.function(&function);
                index = self.part.imported_funcs() + self.sections.functions.len() - 1;
            }
            self.sections.exports.export(name, ExportKind::Func, index);
        }
        Ok(())
    }

    /// Exports what a component needs. Start functions become part of its `_initialize`, since a component cannot call
    /// imports when it is instantiated. Layers are initialised before the program.
    fn exports(&mut self) -> Result<()> {
        self.sections.exports.export("memory", ExportKind::Memory, self.guest.memory);
        self.part.export(&mut self.sections, |name| self.outer.contains(name))?;
        if let Some(realloc) = self.layers.realloc().filter(|_| !self.outer.contains(IMPORT_REALLOC)) {
            self.sections.exports.export(IMPORT_REALLOC, ExportKind::Func, realloc);
        }
        let programs: Vec<_> = [self.prescan.start, self.prescan.export("_initialize")].into_iter().flatten().collect();
        let mut calls = self.layers.initialisers();
        for func in &programs {
            calls.push(self.guest.function_index(*func).map_err(error)?);
        }
        let initialize = match calls[..] {
            [] => return Ok(()),
            [only] if programs.first().is_some_and(|func| self.prescan.is_plain(*func)) => only,
            _ => {
                let mut function = Function::new([]);
                for call in calls {
                    function.instructions().call(call);
                }
                function.instructions().end();
                self.function([], [], &function)
            }
        };
        self.sections.exports.export("_initialize", ExportKind::Func, initialize);
        Ok(())
    }
}

/// Returns whether the host calls a function to allocate or to free memory; it cannot be called itself meanwhile.
fn is_awaited(export: &wasmparser::Export<'_>) -> bool {
    const REALLOCS: [&str; 4] = [REALLOC, IMPORT_REALLOC, "cabi_export_realloc", "canonical_abi_realloc"];
    export.kind == ExternalKind::Func && (REALLOCS.contains(&export.name) || export.name.starts_with("cabi_post_"))
}

/// Adds the adapter's pages to a memory: below the program, or above its maximum.
fn with_adapter(memory: MemoryType, pages_below: Option<u64>) -> Result<MemoryType> {
    let below = pages_below.unwrap_or(0);
    let minimum = memory.minimum.saturating_add(below);
    limits::check(minimum, limits::PAGES, || "the number of its memory's pages".into())?;
    let room = below + if pages_below.is_none() { ROOM } else { 0 };
    let maximum = memory.maximum.map(|maximum| limits::PAGES.min(maximum.saturating_add(room)));
    Ok(MemoryType { minimum, maximum, ..memory })
}

/// Returns whether a custom section is still valid after code has moved. Sections with code offsets are not, nor those
/// for linkers.
fn survives(section: &wasmparser::CustomSectionReader<'_>) -> bool {
    let bound = ["reloc.", "metadata.code.", "linking", "dylink", "sourceMappingURL", "external_debug_info"];
    !bound.iter().any(|prefix| section.name().starts_with(prefix))
}

/// Describes the loss of a custom section that does not survive, if it may be missed.
fn loss(section: &str) -> Option<String> {
    ["external_debug_info", "sourceMappingURL"].contains(&section).then(|| {
        format!("the reference to its debugging information in `{section}` is left out, because code has moved")
    })
}

#[cfg(test)]
mod tests;
