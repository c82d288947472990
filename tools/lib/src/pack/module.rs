//! A core module in memory, as the packer's passes change it.
//!
//! Items keep the index they were parsed with; only encoding (`encode.rs`) gives new ones. So a pass may turn an import
//! into a function, or add an item at the end, without renumbering anything.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use wasm_metadata::Producers;
use wasmparser::{
    ConstExpr, Data, Element, Encoding, ExternalKind, FuncType, FunctionBody, GlobalType, KnownCustom, MemoryType,
    Name, NameSectionReader, Operator, Parser, Payload, TableInit, TableType, TypeRef, Validator,
};

pub use super::body::Body;
use super::body::LazyBody;

/// A parsed core module. Debugging sections and `component-type` sections are left out.
#[derive(Clone, Default)]
pub struct Module<'a> {
    pub types: Vec<FuncType>,
    pub funcs: Vec<Func<'a>>,
    pub tables: Vec<Table>,
    pub memories: Vec<Memory>,
    pub globals: Vec<Global<'a>>,
    /// The types of tags, which only passes add.
    pub tags: Vec<u32>,
    pub exports: Vec<Export>,
    pub start: Option<u32>,
    pub elements: Vec<Element<'a>>,
    pub data: Vec<Data<'a>>,
    pub producers: Option<Arc<Producers>>,
    /// The contents of the section `target_features`.
    pub features: Option<&'a [u8]>,
}

/// The two names of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportName {
    pub module: String,
    pub name: String,
}

#[derive(Clone)]
pub struct Func<'a> {
    pub ty: u32,
    /// From the name section.
    pub name: Option<String>,
    pub code: Code<'a>,
}

#[derive(Clone)]
pub enum Code<'a> {
    Import(ImportName),
    /// Shared with copies of the module until one of them changes it.
    Body(Arc<LazyBody<'a>>),
}

#[derive(Clone)]
pub struct Table {
    pub ty: TableType,
    pub import: Option<ImportName>,
}

#[derive(Clone)]
pub struct Memory {
    pub ty: MemoryType,
    pub import: Option<ImportName>,
}

#[derive(Clone)]
pub struct Global<'a> {
    pub ty: GlobalType,
    /// From the name section.
    pub name: Option<String>,
    pub value: GlobalValue<'a>,
}

#[derive(Clone)]
pub enum GlobalValue<'a> {
    Import(ImportName),
    /// The initial expression, without its `end`.
    Init(Vec<Operator<'a>>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    pub name: String,
    pub kind: ExternalKind,
    pub index: u32,
}

impl<'a> Module<'a> {
    /// Parses and validates `wasm`.
    pub fn parse(wasm: &'a [u8]) -> Result<Module<'a>> {
        Validator::new().validate_all(wasm).context("the module is not valid")?;
        Module::parse_valid(wasm)
    }

    /// Parses `wasm`, which is valid.
    pub fn parse_valid(wasm: &'a [u8]) -> Result<Module<'a>> {
        let mut module = Module::default();
        let mut bodies = Vec::new();
        for payload in Parser::new(0).parse_all(wasm) {
            module.payload(payload?, &mut bodies)?;
        }
        let defined = module.funcs.iter_mut().filter(|func| matches!(func.code, Code::Body(_)));
        for (func, body) in defined.zip(bodies) {
            func.code = Code::Body(Arc::new(LazyBody::encoded(body)));
        }
        Ok(module)
    }

    fn payload(&mut self, payload: Payload<'a>, bodies: &mut Vec<FunctionBody<'a>>) -> Result<()> {
        match payload {
            Payload::Version { encoding, .. } if encoding != Encoding::Module => bail!("this is a component"),
            Payload::TypeSection(section) => {
                for ty in section.into_iter_err_on_gc_types() {
                    self.types.push(ty?);
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    self.import(import?)?;
                }
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    self.funcs.push(Func { ty: ty?, name: None, code: Code::from(Body::default()) });
                }
            }
            Payload::TableSection(section) => {
                for table in section {
                    let table = table?;
                    if !matches!(table.init, TableInit::RefNull) {
                        bail!("tables with an initial expression are not supported");
                    }
                    self.tables.push(Table { ty: table.ty, import: None });
                }
            }
            Payload::MemorySection(section) => {
                for ty in section {
                    self.memories.push(Memory { ty: ty?, import: None });
                }
            }
            Payload::GlobalSection(section) => {
                for global in section {
                    let global = global?;
                    let value = GlobalValue::Init(parse_const(&global.init_expr)?);
                    self.globals.push(Global { ty: global.ty, name: None, value });
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    self.exports.push(Export { name: export.name.into(), kind: export.kind, index: export.index });
                }
            }
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(section) => {
                for element in section {
                    self.elements.push(element?);
                }
            }
            Payload::DataSection(section) => {
                for data in section {
                    self.data.push(data?);
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body),
            Payload::CustomSection(section) => match section.as_known() {
                KnownCustom::Name(names) => self.names(names)?,
                KnownCustom::Producers(_) => {
                    let offset = section.data_offset();
                    self.producers = Some(Arc::new(Producers::from_bytes(section.data(), offset)?));
                }
                _ if section.name() == "target_features" => self.features = Some(section.data()),
                _ => {}
            },
            Payload::Version { .. }
            | Payload::CodeSectionStart { .. }
            | Payload::DataCountSection { .. }
            | Payload::End(_) => {}
            other => bail!("a core module's section that is not supported: {other:?}"),
        }
        Ok(())
    }

    fn import(&mut self, import: wasmparser::Import<'a>) -> Result<()> {
        let names = ImportName { module: import.module.into(), name: import.name.into() };
        match import.ty {
            TypeRef::Func(ty) => self.funcs.push(Func { ty, name: None, code: Code::Import(names) }),
            TypeRef::Table(ty) => self.tables.push(Table { ty, import: Some(names) }),
            TypeRef::Memory(ty) => self.memories.push(Memory { ty, import: Some(names) }),
            TypeRef::Global(ty) => {
                self.globals.push(Global { ty, name: None, value: GlobalValue::Import(names) });
            }
            other => bail!("the import `{}` `{}` is of a kind not supported: {other:?}", names.module, names.name),
        }
        Ok(())
    }

    fn names(&mut self, section: NameSectionReader<'a>) -> Result<()> {
        for part in section {
            match part? {
                Name::Function(map) => {
                    for naming in map {
                        let naming = naming?;
                        if let Some(func) = self.funcs.get_mut(naming.index as usize) {
                            func.name = Some(naming.name.into());
                        }
                    }
                }
                Name::Global(map) => {
                    for naming in map {
                        let naming = naming?;
                        if let Some(global) = self.globals.get_mut(naming.index as usize) {
                            global.name = Some(naming.name.into());
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Appends a function and returns its index.
    pub fn add_func(&mut self, func: Func<'a>) -> u32 {
        self.funcs.push(func);
        self.funcs.len() as u32 - 1
    }

    /// Returns the index of a type, and adds it if it is missing.
    pub fn type_index(&mut self, ty: FuncType) -> u32 {
        let found = self.types.iter().position(|other| *other == ty);
        let index = found.unwrap_or_else(|| {
            self.types.push(ty);
            self.types.len() - 1
        });
        index as u32
    }

    /// Returns the function that is exported under `name`.
    pub fn exported_func(&self, name: &str) -> Option<u32> {
        let export = self.exports.iter().find(|export| export.name == name)?;
        (export.kind == ExternalKind::Func).then_some(export.index)
    }

    /// Returns the global that the name section calls `name`.
    pub fn named_global(&self, name: &str) -> Option<u32> {
        let index = self.globals.iter().position(|global| global.name.as_deref() == Some(name))?;
        Some(index as u32)
    }

    /// Returns the function's name for messages.
    pub fn func_label(&self, index: u32) -> String {
        let func = &self.funcs[index as usize];
        match (&func.name, &func.code) {
            (Some(name), _) => name.clone(),
            (None, Code::Import(import)) => format!("{}::{}", import.module, import.name),
            (None, Code::Body(_)) => format!("function {index}"),
        }
    }

    /// Returns the functions that have a body, with their indices.
    pub fn bodies(&self) -> impl Iterator<Item = (u32, &Body<'a>)> {
        self.funcs.iter().enumerate().filter_map(|(index, func)| match &func.code {
            Code::Body(body) => Some((index as u32, &***body)),
            Code::Import(_) => None,
        })
    }

    /// Like [`Module::bodies`], mutable.
    pub fn bodies_mut(&mut self) -> impl Iterator<Item = (u32, &mut Body<'a>)> {
        self.funcs.iter_mut().enumerate().filter_map(|(index, func)| match &mut func.code {
            Code::Body(body) => Some((index as u32, &mut **Arc::make_mut(body))),
            Code::Import(_) => None,
        })
    }

    /// Returns a function's body, unless it is imported.
    pub fn body_mut(&mut self, func: u32) -> Option<&mut Body<'a>> {
        match &mut self.funcs[func as usize].code {
            Code::Body(body) => Some(&mut **Arc::make_mut(body)),
            Code::Import(_) => None,
        }
    }
}

impl<'a> From<Body<'a>> for Code<'a> {
    fn from(body: Body<'a>) -> Self {
        Code::Body(Arc::new(body.into()))
    }
}

/// Parses the operators of a constant expression, without the final `end`.
fn parse_const<'a>(expr: &ConstExpr<'a>) -> Result<Vec<Operator<'a>>> {
    let mut ops = expr.get_operators_reader().into_iter().collect::<wasmparser::Result<Vec<_>>>()?;
    ops.pop();
    Ok(ops)
}
