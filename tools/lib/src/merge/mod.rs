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
//! Functions are validated while they are copied, so an invalid program gives an error.

mod code;
mod custom;
mod exports;
mod grow;
mod guest;
mod layers;
mod limits;
mod look;
mod names;
mod tables;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use anyhow::{Context, Result, bail};
use wasm_encoder::reencode::Reencode;
use wasm_encoder::{ConstExpr, CustomSection, Elements, Function, GlobalType, MemoryType, Section as _, ValType};
use wasmparser::{Parser, Payload, TypeRef};
use wit_component::{StringEncoding, embed_component_metadata};

use crate::dwarf::{self, Moved, Recorder, is_dwarf};
use crate::link::Sizes;
use crate::names::quoted;
use crate::pack::{
    AdapterMemory, BetweenLayers, IMPORT_REALLOC, Needs, Part, REALLOC, Reallocs, SET_HOST, Sections, Target, WorldWit,
    merged,
};
use crate::plan::PlannedLayer;
use crate::program::{ImportTarget, PreScan};
use crate::seal::SealedData;
use crate::validate;
use code::Original;
use exports::{Exports, is_awaited};
use guest::{Guest, error};
use layers::{Layers, Places};

use tables::Tables;

pub use limits::Exceeded;

/// The export by which the adapter runs the program.
const ENTRY: &str = "_start";

/// Options for merging a program.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    pub target: Target,
    /// The number of pages below the program that are the adapter's, in the isolated layout. None in the guest layout.
    pub pages_below: Option<u32>,
    /// Contents for the end of these pages.
    pub tables: &'a [u8],
    /// True if the result is validated, but for those of the program's functions in which only operands have changed.
    pub validate: bool,
    pub sealed: &'a SealedData,
    /// The layers between program and adapter, the one next to the program first; only in the isolated layout.
    pub layers: &'a [PlannedLayer],
}

/// The result of merging a program.
#[derive(Debug)]
pub struct Merged {
    /// The merged module.
    pub wasm: Vec<u8>,
    /// A module with the same types, imports, and exports of functions and memories, but without code and data.
    pub skeleton: Vec<u8>,
    /// The custom sections that describe its WIT. With them, wit-component makes a component of either module, without
    /// any adapter.
    pub wit: Vec<u8>,
    /// Descriptions of the contents that were left out and may be missed.
    pub losses: Vec<String>,
    pub sizes: Sizes,
}

/// Validates a program, already pre-scanned, and merges it with the adapter. `wit_exports` are the program's exports for its own WIT.
pub fn merge(program: &[u8], prescan: &PreScan, wit_exports: &BTreeSet<&str>, options: Options<'_>) -> Result<Merged> {
    merge_with(program, prescan, options, Exports::OfComponent(wit_exports))
}

fn merge_with(program: &[u8], prescan: &PreScan, options: Options<'_>, exports: Exports<'_>) -> Result<Merged> {
    let Options { target, pages_below, tables, validate, sealed, layers } = options;
    if let Some((module, name)) = prescan.other_imports.first() {
        bail!("it imports {} from {}, which is no function", quoted(name), quoted(module));
    }
    let wit = WorldWit::of(target)?;
    let (functions, mut base) = (prescan.functions(), prescan.base());
    let functions: BTreeSet<_> = functions.into_iter().chain(layers::adapter_functions(layers)).collect();
    let adapter_bytes = pages_below.unwrap_or(0) << 16;
    let files = sealed.places.memory;
    let pages_below = pages_below.map(|pages| layers::pages(layers) + u64::from(pages) + u64::from(files >> 16));
    limits::check(pages_below.unwrap_or(0), limits::PAGES - 1, || "the number of pages below the program".into())?;
    let bytes = (pages_below.unwrap_or(0) << 16) as u32;
    let entry = prescan.export(ENTRY).filter(|_| layers.iter().any(PlannedLayer::follows_entry));
    if entry.is_some() {
        base.main_funcs.insert(ENTRY.into(), base.funcs);
        base.funcs += 1;
        base.types += 1;
    }
    let places = Places::of(layers, adapter_bytes + files);
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
    let adapter = merged(&wit, &Needs { target, functions: &functions, memory, sealed: sealed.places })?;
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
        funcs: prescan.defined_funcs(),
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
        entry,
        layers,
        appended: layers::Appended::default(),
        outer,
        set_host,
        awaited: Vec::new(),
        exports,
        pages_below,
        files,
        tables: Tables { contents: tables, end: places.adapter + adapter_bytes },
        validate,
        sealed: &sealed.bytes,
        next_type,
        code: 0..0,
        functions: Vec::new(),
        grows: false,
        references: BTreeSet::new(),
        reshaped: BTreeSet::new(),
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
    /// The program's entry, if layers are called after it.
    entry: Option<u32>,
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
    /// The number of bytes of memory for files.
    files: u32,
    tables: Tables<'m>,
    validate: bool,
    sealed: &'m [u8],
    /// The next type index. The section's length is not it: that counts recursion groups.
    next_type: u32,
    /// The range of the code section's contents in the program, up to the first function.
    code: Range<u64>,
    functions: Vec<Original<'p>>,
    /// True if the program grows its memory.
    grows: bool,
    /// The program's functions that its code refers to by `ref.func`.
    references: BTreeSet<u32>,
    /// The program's functions in which more than operands have changed.
    reshaped: BTreeSet<u32>,
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
                    _ if custom::survives(&section) => self.custom.push(section.into()),
                    _ => losses.extend(custom::loss(section.name())),
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
        let mut sizes = Sizes { contents: self.sealed.len(), ..Sizes::default() };
        sizes.program = program.len() + self.sections.code.size().saturating_sub(self.original_code());
        self.entry()?;
        self.callers();
        let types = self.prescan.types() + u32::from(self.entry.is_some());
        let before_layers = self.sections.code.size();
        self.appended = self.layers.append(&mut self.sections, types)?;
        losses.append(&mut self.appended.losses);
        wit.append(&mut self.appended.wit);
        let program_and_layers = self.sections.code.size();
        sizes.layers = program_and_layers - before_layers;
        self.part.append(&mut self.sections)?;
        sizes.adapter = self.sections.code.size() - program_and_layers;
        self.sealed_data();
        self.tables.append(&mut self.sections, self.guest.memory);
        self.grow();
        self.awaited()?;
        self.exports()?;
        self.declare()?;
        let names = self.names(names)?;
        limits::check_counts(&self.sections, self.next_type, self.part.imported_funcs())?;
        let mut module = self.sections.finish();
        let rewrite = || {
            let code = recorder.finish(self.sections.code.len());
            dwarf::rewrite(&self.dwarf, Moved { code: &code, base: self.guest.base })
        };
        // Either can take long.
        let (dwarf, validated) = rayon::join(rewrite, || self.validate(module.as_slice()));
        validated.context("the merged module is not valid")?;
        losses.extend(dwarf.losses);
        for (name, data) in dwarf.sections {
            module.section(&CustomSection { name: Cow::Borrowed(name), data });
        }
        module.section(&names);
        // LLVM's tools require the section of producers after that of names.
        for section in &self.custom {
            module.section(section);
        }
        limits::check(module.len() as u64, limits::MODULE_SIZE, || "its size".into())?;
        let skeleton = self.sections.skeleton()?.finish();
        Ok(Merged { wasm: module.finish(), skeleton, wit, losses, sizes })
    }

    /// The number of bytes of the program's functions, before they are copied.
    fn original_code(&self) -> usize {
        self.functions.iter().map(|function| (function.body.range().end - function.start) as usize).sum()
    }

    fn validate(&self, module: &[u8]) -> Result<()> {
        let imports = self.prescan.imports.len();
        let keeps_form = |at: usize| at < self.functions.len() && !self.reshaped.contains(&((imports + at) as u32));
        if self.validate {
            validate::except(module, keeps_form)?;
        }
        Ok(())
    }

    /// Copies the program's functions.
    fn copy_functions(&mut self) -> Result<Recorder> {
        let start = self.code.start;
        let (mut recorder, mut parts) = (Recorder::new(start), Vec::new());
        let record = (!self.dwarf.is_empty()).then_some(start);
        for copied in code::copy(&self.guest, self.prescan, &self.functions, record)? {
            self.sections.code.functions(copied.count, copied.bytes);
            self.grows |= copied.grows;
            self.references.extend(copied.references);
            self.reshaped.extend(copied.reshaped);
            parts.extend(copied.recorder);
        }
        recorder.extend(parts);
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
                self.functions.push(Original { index: index as u32, body, start });
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

    /// Adds the function that runs the entry and then calls the layers. The first after the program's, as its type is.
    fn entry(&mut self) -> Result<()> {
        let Some(entry) = self.entry else { return Ok(()) };
        let mut function = Function::new([]);
        let mut code = function.instructions();
        code.call(self.guest.function_index(entry).map_err(error)?);
        for exit in self.layers.exits() {
            code.call(exit);
        }
        code.end();
        let out = &mut self.sections;
        out.types.ty().function([], []);
        out.functions.function(self.prescan.types());
        out.code.function(&function);
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
        self.sections.memories.memory(if shared {
            grow::with_adapter(memory, self.pages_below, self.files)?
        } else {
            memory
        });
        Ok(())
    }

    /// Adds the sealed data behind the program's data segments, if the adapter reads them.
    fn sealed_data(&mut self) {
        let out = &mut self.sections;
        if self.part.reads_sealed_data() {
            out.data.passive(self.sealed.iter().copied());
            out.data_count = Some(out.data.len());
        }
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
}

#[cfg(test)]
mod tests;
