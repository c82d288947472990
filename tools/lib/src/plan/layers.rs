//! Reads the layers and decides who serves their imports.

use super::problem::{Problem, ProblemCode};
use crate::layer::{DIALECT, EXIT, GUEST, Layer, NEXT};
use crate::linker::{Linker, binary};
use crate::names::quoted;
use crate::preopened::Preopened;
use crate::preview1::{self, Function, Snapshot};
use crate::program::{self, LayerFunc, Program, ProgramImport};
use crate::trace::Trace;
use crate::{LinkError, signature};
use anyhow::{Error, Result, bail};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;
use wasmparser::{FuncType, Parser, Payload, TypeRef, ValType};

/// A layer, and what serves its imports.
pub struct PlannedLayer {
    pub name: String,
    pub program: Program<'static>,
    /// The number of its pages.
    pub pages: u32,
    /// The modules other than preview1 that it serves.
    serves: Vec<String>,
    /// The provider of each of its imported functions, if there is one.
    pub imports: Vec<Option<LayerImport>>,
}

impl fmt::Debug for PlannedLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlannedLayer").field("name", &self.name).field("pages", &self.pages).finish_non_exhaustive()
    }
}

/// The provider of a function that a layer imports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayerImport {
    /// A function one layer down. Its pointers are into the layer's own memory, or into its caller's.
    Next { target: Target, own: bool },
    /// Copies from the caller's memory into the layer's.
    Read,
    /// Copies from the layer's memory into the caller's.
    Write,
    /// Finds bytes of the caller's.
    Address,
    /// The host, by the layer's own WIT.
    Host,
}

/// The adapter's export of a name, or a layer's function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Adapter(&'static Function),
    Layer(LayerFunc),
}

/// A layer in a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LayerReport {
    pub name: String,
    /// The number of 64 KiB pages that it has.
    pub pages: u32,
    /// The functions that it serves, for the module or for layers above.
    pub serves: Vec<String>,
    /// The functions that it gets from the layer below, or from the adapter.
    pub uses: Vec<String>,
}

/// Reads the layers of a linker for a program with these imports. The first is next to the program.
pub fn read_all(linker: &Linker, imports: &[ProgramImport]) -> Result<Vec<PlannedLayer>, LinkError> {
    let invalid = |name: &str, source: Error| LinkError::Layer { name: name.into(), source: source.into() };
    let read = |layer: &Layer| read(layer).map_err(|source| invalid(&layer.name, source));
    let trace = linker.trace.as_ref().map_or(Ok(Vec::new()), |trace| trace.layers(imports));
    let trace = trace.map_err(|source| invalid(Trace::LAYER, source))?;
    let mut layers = trace.iter().chain(&linker.layers).map(read).collect::<Result<Vec<_>, _>>()?;
    let all = [imports].into_iter().chain(layers.iter().map(|layer| &*layer.program.imports)).enumerate();
    let is_served = |import: &ProgramImport, below| serving(&layers, below, one_down(&import.module), import).is_some();
    let unserved = all.flat_map(|(below, imports)| imports.iter().filter(move |import| !is_served(import, below)));
    let sockets = linker.preopened.layers(unserved, linker.adapters.is_empty());
    let sockets = sockets.map_err(|source| invalid(Preopened::LAYER, source))?;
    layers.extend(sockets.iter().map(read).collect::<Result<Vec<_>, _>>()?);
    for index in 0..layers.len() {
        let imports = layers[index].program.imports.iter().filter(|import| import.func.is_some());
        layers[index].imports = imports.map(|import| provider(import, &layers, index + 1)).collect();
    }
    Ok(layers)
}

fn read(layer: &Layer) -> Result<PlannedLayer> {
    let wasm = binary(&layer.wasm)?;
    if Parser::is_component(&wasm) {
        bail!("it is a component; a layer is a core module");
    }
    crate::validate::everything(&wasm)?;
    let program = Program::read(&wasm)?.into_owned();
    let minimum = program.memory().map_or(0, |memory| memory.initial) as u32;
    Ok(PlannedLayer {
        name: layer.name.clone(),
        pages: layer.pages.unwrap_or(minimum.saturating_add(Layer::MORE_PAGES)),
        serves: layer.serves.clone(),
        imports: Vec::new(),
        program,
    })
}

/// Returns what serves an import of a layer; the layers from `below` on are below it.
fn provider(import: &ProgramImport, layers: &[PlannedLayer], below: usize) -> Option<LayerImport> {
    match (&*import.module, &*import.name) {
        (GUEST, "read") => Some(LayerImport::Read),
        (GUEST, "write") => Some(LayerImport::Write),
        (GUEST, "address") => Some(LayerImport::Address),
        (module, _) if layers[below - 1].program.wit.serves(module) => Some(LayerImport::Host),
        (module, name) => {
            let (module, own) = (one_down(module), module != NEXT);
            let layer = serving(layers, below, module, import).map(|(func, _)| Target::Layer(func));
            let adapter = || {
                let is_adapters = module == preview1::MODULE;
                Snapshot::Preview1.function(name).filter(|_| is_adapters).map(Target::Adapter)
            };
            Some(LayerImport::Next { target: layer.or_else(adapter)?, own })
        }
    }
}

/// Returns the module that functions imported from `module` are of, one layer down.
fn one_down(module: &str) -> &str {
    if module == NEXT { preview1::MODULE } else { module }
}

/// Returns the function that serves an import of a tenant for which the layers from `first` on are below. `module` is the
/// import's, or what stands for it.
pub fn serving<'l>(
    layers: &'l [PlannedLayer],
    first: usize,
    module: &str,
    import: &ProgramImport,
) -> Option<(LayerFunc, &'l FuncType)> {
    let params = import.func.as_ref()?.params().len();
    let names = [format!("{}{DIALECT}{params}", import.name), import.name.clone()];
    layers.iter().enumerate().skip(first).find_map(|(layer, planned)| {
        let program = &planned.program;
        let may_serve = |name: &&String| planned.serves_module(module) && !is_for_itself(name);
        let is_exported = |name: &&String| program.prescan.export(name).is_some();
        let name = names.iter().filter(may_serve).find(is_exported)?;
        Some((LayerFunc { layer, func: program.prescan.export(name)? }, program.func_export(name)?))
    })
}

/// Returns the name that an export of a layer serves.
fn served_name(export: &str) -> &str {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    export.rsplit_once(DIALECT).filter(|(_, params)| is_number(params)).map_or(export, |(name, _)| name)
}

/// Returns whether a function of this name is for the layer's own start, end or allocator, and nobody else's.
fn is_for_itself(name: &str) -> bool {
    name == EXIT || super::is_entry_or_allocator(name)
}

impl PlannedLayer {
    /// Returns the adapter's functions that it imports.
    pub fn of_adapter(&self) -> impl Iterator<Item = &'static Function> {
        self.imports.iter().filter_map(|import| match import {
            Some(LayerImport::Next { target: Target::Adapter(function), .. }) => Some(*function),
            _ => None,
        })
    }

    /// Returns whether it imports WIT: the host sees its pointers, so its memory cannot move.
    pub fn has_host_imports(&self) -> bool {
        self.host_imports().next().is_some()
    }

    /// Returns the functions that it imports from the host.
    pub fn host_imports(&self) -> impl Iterator<Item = &ProgramImport> {
        let functions = self.program.imports.iter().filter(|import| import.func.is_some()).zip(&self.imports);
        functions.filter(|(_, served)| **served == Some(LayerImport::Host)).map(|(import, _)| import)
    }

    /// Returns whether it is called when the program's entry has returned.
    pub fn follows_entry(&self) -> bool {
        self.program.func_export(EXIT).is_some()
    }

    fn serves_module(&self, module: &str) -> bool {
        module == preview1::MODULE || self.serves.iter().any(|served| served == module)
    }

    /// The functions that it exports for others.
    fn served(&self) -> impl Iterator<Item = (&str, &FuncType)> {
        let exports = self.program.func_exports().filter(|(export, _)| !is_for_itself(&export.name));
        exports.map(|(export, ty)| (&*export.name, ty))
    }

    /// Returns the functions of preview1 that it serves, with those that the program imports from other modules.
    pub fn report(&self, imports: &[ProgramImport]) -> LayerReport {
        let of_other =
            |name: &str| imports.iter().any(|import| import.name == name && self.serves_module(&import.module));
        let mut seen = BTreeSet::new();
        let serves = self.served().map(|(export, _)| served_name(export)).filter(|name| seen.insert(*name));
        let serves = serves.filter(|name| Snapshot::Preview1.function(name).is_some() || of_other(name));
        let imported = self.program.imports.iter().filter(|import| import.func.is_some()).zip(&self.imports);
        let uses = imported.filter(|(_, served)| matches!(served, Some(LayerImport::Next { .. })));
        let mut uses: Vec<_> = uses.map(|(import, _)| import.name.clone()).collect();
        uses.sort();
        uses.dedup();
        LayerReport { name: self.name.clone(), pages: self.pages, serves: serves.map(Into::into).collect(), uses }
    }

    /// Adds the parts of it that do not fit a layer, types included. `layers` are all, and `below` is the position after it.
    fn problems(&self, layers: &[PlannedLayer], below: usize, problems: &mut Vec<Problem>) {
        let mut unfit = |what: String, remedy: &str| {
            let message = format!("the layer {} {what}", quoted(&self.name));
            problems.push(Problem::new(ProblemCode::UnfitLayer, message, remedy));
        };
        for missing in program::missing(&self.program.wasm).into_iter().flatten() {
            unfit(format!("uses {}, which no engine with components runs", missing.what), missing.remedy);
        }
        if self.program.wit.has_exports() {
            unfit(
                "has WIT that exports something, or cannot be read".into(),
                "give it a world with nothing but imports",
            );
        }
        if self.has_host_imports() && layers[below..].iter().any(PlannedLayer::has_host_imports) {
            unfit(
                "imports WIT, as another one does".into(),
                "make one layer of them: the host sees the pointers of one only",
            );
        }
        if self.program.func_export("_start").is_some() {
            unfit(
                "exports `_start`, so it is a program; a layer is only called".into(),
                "build it as a library (clang: `-mexec-model=reactor`; Rust: a `cdylib`)",
            );
        }
        if let Some(found) = self.program.func_export(EXIT).filter(|ty| **ty != FuncType::new([], [])) {
            unfit(
                format!("exports {} as {}; it is called as () -> ()", quoted(EXIT), signature(found)),
                "define it without parameters and results",
            );
        }
        if let Some(memory) = self.program.memory() {
            if memory.shared || memory.memory64 || memory.page_size_log2.is_some_and(|log2| log2 != 16) {
                unfit(
                    "has a memory that is shared, or has addresses of 64 bits or pages of another size than 64 KiB"
                        .into(),
                    "build it for wasm32 without threads",
                );
            }
            if memory.initial > self.pages.into() {
                unfit(
                    format!("is given {} pages, and its memory begins with {}", self.pages, memory.initial),
                    "give it more with `--layer-pages`, or leave that out",
                );
            }
        }
        for section in Parser::new(0).parse_all(&self.program.wasm).flatten() {
            match section {
                Payload::MemorySection(section) if section.count() > 1 => {
                    unfit("has several memories".into(), "build it with one");
                }
                // An exception could pass by the code that gives the memory back to its caller.
                Payload::TagSection(_) => unfit("has exception tags".into(), "build it without exceptions"),
                _ => {}
            }
        }
        let imports = self.program.imports.iter();
        for import in imports.clone().filter(|import| !matches!(import.ty, TypeRef::Memory(_)) && import.func.is_none())
        {
            unfit(
                format!("imports {} of {}, which is no function", quoted(&import.name), quoted(&import.module)),
                "link that into it as a library",
            );
        }
        for (import, served) in imports.filter(|import| import.func.is_some()).zip(&self.imports) {
            let (Some(found), name) = (&import.func, format!("{} of {}", quoted(&import.name), quoted(&import.module)))
            else {
                continue;
            };
            let expected = match served {
                None => {
                    unfit(
                        format!("imports {name}, which nothing below it serves"),
                        "a layer gets functions of preview1 from `wasi_snapshot_preview1` and `wasi_adapt:next`, `read`, `write` and `address` from `wasi_adapt:guest`, those of its WIT, and what a layer given after it serves",
                    );
                    continue;
                }
                Some(LayerImport::Read | LayerImport::Write) => FuncType::new([ValType::I32; 3], [ValType::I32]),
                Some(LayerImport::Address) => FuncType::new([ValType::I32; 2], [ValType::I32]),
                // They are checked when the component is made.
                Some(LayerImport::Host) => continue,
                Some(LayerImport::Next { target: Target::Adapter(function), .. }) => function.ty(),
                Some(LayerImport::Next { target: Target::Layer(_), .. }) => {
                    let Some((_, ty)) = serving(layers, below, one_down(&import.module), import) else { continue };
                    ty.clone()
                }
            };
            if *found != expected {
                unfit(
                    format!("imports {name} as {}; it is {}", signature(found), signature(&expected)),
                    "declare the import as it is defined",
                );
            }
        }
        for (name, found) in self.served() {
            let Some(expected) = Snapshot::Preview1.function(name).map(Function::ty) else { continue };
            if *found != expected {
                unfit(
                    format!("exports `{name}` as {}; preview1 has it as {}", signature(found), signature(&expected)),
                    "define it as preview1 does (`wasi-adapt sdk` writes a header with all of them)",
                );
            }
        }
    }

    /// Describes exports that serve nothing.
    fn warnings(&self, imports: &[&ProgramImport], warnings: &mut Vec<String>) {
        let name = quoted(&self.name);
        for (export, _) in self.served().filter(|(export, _)| !export.starts_with("__")) {
            let export = served_name(export);
            let is_imported = imports.iter().any(|import| import.name == export && self.serves_module(&import.module));
            if Snapshot::Preview1.function(export).is_none() && !is_imported {
                let nearest =
                    preview1::nearest(export).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                warnings.push(format!("the layer {name} exports {}, which serves nothing{nearest}", quoted(export)));
            }
        }
    }
}

/// Adds the problems of all layers.
pub fn problems(layers: &[PlannedLayer], problems: &mut Vec<Problem>) {
    layers.iter().enumerate().for_each(|(index, layer)| layer.problems(layers, index + 1, problems));
}

/// Adds what a user may not expect of layers.
pub fn warnings(layers: &[PlannedLayer], imports: &[ProgramImport], warnings: &mut Vec<String>) {
    let of_layers = layers.iter().flat_map(|layer| &layer.program.imports);
    let imports: Vec<_> = imports.iter().chain(of_layers).collect();
    layers.iter().for_each(|layer| layer.warnings(&imports, warnings));
}
