//! A core module, read once. Planning, reporting and merging all use this.
//!
//! | file | part |
//! |---|---|
//! | `custom.rs` | leaves out custom sections that cannot be read, which never decide validity |
//! | `wit.rs` | the WIT that the module carries |
//! | `prescan.rs` | what merging must know before it can write the first section |
//! | `consts.rs` | values of constant expressions |
//! | `features.rs` | features of WebAssembly that no engine with components has |

mod consts;
mod custom;
mod features;
mod prescan;
mod wit;

use anyhow::{Context, Result};
use std::borrow::Cow;
use wasm_metadata::Producers;
use wasmparser::types::TypesRef;
use wasmparser::{ExternalKind, FuncType, MemoryType, Parser, Payload, TypeRef, Validator, WasmFeatures};

pub use consts::i32_value;
pub use custom::About;
pub use features::{Missing, missing};
pub use prescan::{ImportTarget, LayerFunc, PreScan};
pub use wit::{Unreadable, Wit, looks_like_wit};

/// The contents of a core module, except for function bodies, which may be invalid.
pub struct Program<'a> {
    /// The module, without custom sections that cannot be read.
    pub wasm: Cow<'a, [u8]>,
    /// Descriptions of the sections that were left out.
    pub warnings: Vec<String>,
    pub imports: Vec<ProgramImport>,
    pub exports: Vec<ProgramExport>,
    pub producers: Option<Producers>,
    pub wit: Wit,
    pub about: About,
    pub prescan: PreScan,
    /// True if all outside of function bodies needs no feature that engines lack.
    pub is_supported: bool,
}

pub struct ProgramImport {
    pub module: String,
    pub name: String,
    pub ty: TypeRef,
    /// The type of a function.
    pub func: Option<FuncType>,
}

pub struct ProgramExport {
    pub name: String,
    pub kind: ExternalKind,
    pub index: u32,
    /// The type of a function.
    pub func: Option<FuncType>,
}

impl Program<'_> {
    /// Reads a binary module. An error means that it is not valid.
    pub fn read(wasm: &[u8]) -> Result<Program<'_>> {
        let program = Program::with_features(wasm, features::of_engines());
        program.or_else(|_| Ok(Program { is_supported: false, ..Program::with_features(wasm, WasmFeatures::all())? }))
    }

    fn with_features(wasm: &[u8], features: WasmFeatures) -> Result<Program<'_>> {
        let mut validator = Validator::new_with_features(features);
        let (mut prescan, mut custom) = (PreScan::default(), custom::CustomSections::default());
        let (mut imports, mut exports, mut types, mut end) = (Vec::new(), Vec::new(), None, 0);
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload?;
            match &payload {
                Payload::ImportSection(section) => {
                    imports = section.clone().into_imports().collect::<Result<Vec<_>, _>>()?;
                }
                Payload::ExportSection(section) => exports = section.clone().into_iter().collect::<Result<_, _>>()?,
                Payload::CustomSection(section) => custom.add(end..section.range().end as usize, section),
                _ => {}
            }
            end = match &payload {
                Payload::CodeSectionEntry(body) => body.range().end as usize,
                Payload::Version { range, .. } => range.end as usize,
                other => other.as_section().map_or(end, |(_, range)| range.end as usize),
            };
            types = prescan.payload(payload, &mut validator)?;
        }
        let types = types.context("it has no end")?;
        let types = types.as_ref();
        let imports = imports.into_iter().map(|import| ProgramImport {
            module: import.module.into(),
            name: import.name.into(),
            ty: import.ty,
            func: imported_type(import.ty, types),
        });
        let exports = exports.into_iter().map(|export| ProgramExport {
            name: export.name.into(),
            kind: export.kind,
            index: export.index,
            func: is_func(export.kind).then(|| types[types.core_function_at(export.index)].unwrap_func().clone()),
        });
        let (imports, exports) = (imports.collect(), exports.collect());
        let custom::CustomSections { producers, wit, about, warnings, left_out, .. } = custom;
        Ok(Program {
            wasm: custom::without(wasm, left_out),
            warnings,
            imports,
            exports,
            producers,
            wit: Wit::of(&wit),
            about,
            prescan,
            is_supported: true,
        })
    }

    /// Takes a copy of the module.
    pub fn into_owned(self) -> Program<'static> {
        Program { wasm: Cow::Owned(self.wasm.into_owned()), ..self }
    }

    /// Returns the memory exported as `memory`, else the first one: the only one in nearly every module.
    pub fn memory(&self) -> Option<&MemoryType> {
        self.prescan.memory_type()
    }

    /// Returns whether it exports a function of this name.
    pub fn exports_func(&self, name: &str) -> bool {
        self.func_export(name).is_some()
    }

    /// Returns the type of the function that it exports under a name.
    pub fn func_export(&self, name: &str) -> Option<&FuncType> {
        self.prescan.export(name)?; // A map, and there may be many exports.
        self.exports.iter().find(|export| export.name == name && is_func(export.kind))?.func.as_ref()
    }

    /// Returns the functions that it exports.
    pub fn func_exports(&self) -> impl Iterator<Item = (&ProgramExport, &FuncType)> {
        self.exports.iter().filter(|export| is_func(export.kind)).filter_map(|it| Some((it, it.func.as_ref()?)))
    }

    /// Returns whether a function is imported.
    pub fn is_imported(&self, func: u32) -> bool {
        (func as usize) < self.prescan.imports.len()
    }
}

fn is_func(kind: ExternalKind) -> bool {
    kind == ExternalKind::Func
}

fn imported_type(ty: TypeRef, types: TypesRef<'_>) -> Option<FuncType> {
    match ty {
        TypeRef::Func(index) | TypeRef::FuncExact(index) => {
            Some(types[types.core_type_at_in_module(index)].unwrap_func().clone())
        }
        _ => None,
    }
}
