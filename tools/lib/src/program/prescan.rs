//! Scans a program for the facts that merging needs before it can write the first section.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use anyhow::Result;
use wasmparser::types::Types;
use wasmparser::{
    CompositeInnerType, ExternalKind, FuncToValidate, MemoryType, Parser, Payload, TypeRef, ValidPayload, Validator,
    ValidatorResources,
};

use super::{consts, features};
use crate::pack::{Base, IMPORT_REALLOC, REALLOC};
use crate::preview1::Snapshot;

/// The replacement of an imported function when program and adapter are merged.
pub enum ImportTarget {
    /// The adapter's export of this name.
    Adapter(String),
    /// A function of a layer.
    Layer(LayerFunc),
    /// An import, as before.
    Host,
}

/// A function of a layer, by its index in the layer's module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerFunc {
    /// The layer's position; the first one is next to the program.
    pub layer: usize,
    pub func: u32,
}

/// The relevant facts about a type.
struct Type {
    /// The number of parameters, if it is a function type.
    params: u32,
    /// True if it is final and outside of any recursion group, as types of component functions are.
    plain: bool,
}

#[derive(Default)]
pub struct PreScan {
    types: Vec<Type>,
    /// The replacement of each imported function.
    pub imports: Vec<ImportTarget>,
    /// The type of each imported function.
    import_types: Vec<u32>,
    /// The module and name of each function that the host serves.
    host_funcs: Vec<(String, String)>,
    /// The module and name of each import other than functions and memories.
    pub other_imports: Vec<(String, String)>,
    /// The type of each function with a body.
    funcs: Vec<u32>,
    memories: Vec<MemoryType>,
    memory: Option<u32>,
    /// The number of element segments.
    pub elements: u32,
    /// The number of data segments.
    data_segments: u32,
    /// The number of data segments, if code refers to them.
    pub data: Option<u32>,
    /// The value of each global, if it is known.
    pub globals: Vec<Option<i32>>,
    pub start: Option<u32>,
    /// The exported functions, by name.
    exports: BTreeMap<String, u32>,
    /// Everything that the validation of function bodies needs; none if there are no bodies.
    validation: Option<FuncToValidate<ValidatorResources>>,
}

impl PreScan {
    /// Reads a binary module with features that engines have.
    pub fn of(program: &[u8]) -> Result<PreScan> {
        let (mut scan, mut validator) = (PreScan::default(), Validator::new_with_features(features::of_engines()));
        for payload in Parser::new(0).parse_all(program) {
            scan.payload(payload?, &mut validator)?;
        }
        Ok(scan)
    }

    /// Validates and reads a section, or a function without its body. The end of a module gives its types.
    pub fn payload(&mut self, payload: Payload<'_>, validator: &mut Validator) -> Result<Option<Types>> {
        let mut types = None;
        match validator.payload(&payload)? {
            ValidPayload::Func(function, _) => drop(self.validation.get_or_insert(function)),
            ValidPayload::End(found) => types = Some(found),
            ValidPayload::Ok | ValidPayload::Parser(_) => {}
        }
        self.read(payload)?;
        Ok(types)
    }

    fn read(&mut self, payload: Payload<'_>) -> Result<()> {
        match payload {
            Payload::TypeSection(section) => {
                for group in section {
                    let group: Vec<_> = group?.into_types().collect();
                    for ty in &group {
                        let params = match &ty.composite_type.inner {
                            CompositeInnerType::Func(func) => func.params().len() as u32,
                            _ => 0,
                        };
                        let plain = group.len() == 1 && ty.is_final && ty.supertype_idxs.is_empty();
                        self.types.push(Type { params, plain });
                    }
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    match import.ty {
                        TypeRef::Func(ty) | TypeRef::FuncExact(ty) => {
                            self.import_types.push(ty);
                            self.imports.push(match Snapshot::of(import.module) {
                                Some(snapshot) => ImportTarget::Adapter(snapshot.export(import.name)),
                                None => {
                                    self.host_funcs.push((import.module.into(), import.name.into()));
                                    ImportTarget::Host
                                }
                            });
                        }
                        TypeRef::Memory(memory) => self.memories.push(memory),
                        _ => self.other_imports.push((import.module.into(), import.name.into())),
                    }
                }
            }
            Payload::FunctionSection(section) => self.funcs = section.into_iter().collect::<Result<_, _>>()?,
            Payload::MemorySection(section) => {
                self.memories.extend(section.into_iter().collect::<Result<Vec<_>, _>>()?);
            }
            Payload::GlobalSection(section) => {
                for global in section {
                    let global = global?;
                    let value = consts::i32_value(&global.init_expr, &self.globals)?;
                    self.globals.push(value.filter(|_| !global.ty.mutable));
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    match (export.kind, export.name) {
                        (ExternalKind::Memory, "memory") => self.memory = Some(export.index),
                        (ExternalKind::Func, name) => drop(self.exports.insert(name.into(), export.index)),
                        _ => {}
                    }
                }
            }
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(section) => self.elements = section.count(),
            Payload::DataSection(section) => self.data_segments = section.count(),
            Payload::DataCountSection { count, .. } => self.data = Some(count),
            _ => {}
        }
        Ok(())
    }

    /// Lets layers serve imported functions: those for which there is one of a layer's.
    pub fn redirect(&mut self, targets: &[Option<LayerFunc>]) {
        let mut host_funcs = mem::take(&mut self.host_funcs).into_iter();
        for (import, layer) in self.imports.iter_mut().zip(targets) {
            let name = if matches!(import, ImportTarget::Host) { host_funcs.next() } else { None };
            match layer {
                Some(func) => *import = ImportTarget::Layer(*func),
                None => self.host_funcs.extend(name),
            }
        }
        self.host_funcs.extend(host_funcs);
    }

    /// Returns the memory that the adapter shares with the program; if the program has none, the one that it is given.
    pub fn memory(&self) -> u32 {
        self.memory.unwrap_or(0)
    }

    /// Returns the type of that memory, if the program has it.
    pub fn memory_type(&self) -> Option<&MemoryType> {
        self.memories.get(self.memory() as usize)
    }

    /// Returns the number of types.
    pub fn types(&self) -> u32 {
        self.types.len() as u32
    }

    /// Returns the memories with 64-bit addresses.
    pub fn memories64(&self) -> BTreeSet<u32> {
        (0..).zip(&self.memories).filter(|(_, memory)| memory.memory64).map(|(index, _)| index).collect()
    }

    /// Returns the number of a function's parameters.
    pub fn params(&self, func: usize) -> u32 {
        self.type_of(func).map_or(0, |ty| ty.params)
    }

    /// Returns whether a component function can have the type of this function.
    pub fn is_plain(&self, func: u32) -> bool {
        self.type_of(func as usize).is_some_and(|ty| ty.plain)
    }

    fn type_of(&self, func: usize) -> Option<&Type> {
        let ty = self.import_types.iter().chain(&self.funcs).nth(func)?;
        self.types.get(*ty as usize)
    }

    /// Returns the type of a function with a body, and the number of its parameters.
    pub fn signature(&self, func: u32) -> Option<(u32, u32)> {
        let defined = func.checked_sub(self.imports.len() as u32)?;
        Some((*self.funcs.get(defined as usize)?, self.params(func as usize)))
    }

    /// Returns a function of the program for validation of its body.
    pub fn function(&self, index: u32) -> Option<FuncToValidate<&ValidatorResources>> {
        let FuncToValidate { resources, features, .. } = self.validation.as_ref()?;
        let ty = *self.funcs.get(index.checked_sub(self.imports.len() as u32)? as usize)?;
        Some(FuncToValidate { resources, index, ty, features: *features })
    }

    /// Returns the number of functions with a body.
    pub fn defined_funcs(&self) -> u32 {
        self.funcs.len() as u32
    }

    /// Returns the type of an imported function.
    pub fn import_type(&self, func: usize) -> Option<u32> {
        self.import_types.get(func).copied()
    }

    /// Returns the function exported under a name.
    pub fn export(&self, name: &str) -> Option<u32> {
        self.exports.get(name).copied()
    }

    /// Returns the adapter exports that serve the program's imports.
    pub fn functions(&self) -> BTreeSet<String> {
        let of_adapter = |server: &ImportTarget| match server {
            ImportTarget::Adapter(name) => Some(name.clone()),
            ImportTarget::Layer(_) | ImportTarget::Host => None,
        };
        self.imports.iter().filter_map(of_adapter).collect()
    }

    /// Returns the number of items before the adapter's part is added.
    pub fn base(&self) -> Base {
        let imports = self.imports.len() as u32;
        let programs = |names: &[&str]| names.iter().find_map(|name| self.export(name)?.checked_sub(imports));
        let main_funcs = [
            ("_start", programs(&["_start"])),
            (REALLOC, programs(&["cabi_realloc_adapter", "cabi_realloc", "canonical_abi_realloc"])),
            (IMPORT_REALLOC, programs(&["cabi_import_realloc", "cabi_realloc", "canonical_abi_realloc"])),
        ];
        Base {
            types: self.types(),
            imports: self.host_funcs.len() as u32,
            host_funcs: self.host_funcs.iter().cloned().zip(0..).collect(),
            funcs: self.defined_funcs(),
            globals: self.globals.len() as u32,
            data: self.data_segments,
            memory: Some(self.memory()),
            main_globals: BTreeMap::new(),
            main_funcs: main_funcs.into_iter().filter_map(|(name, index)| Some((name.into(), index?))).collect(),
        }
    }
}
