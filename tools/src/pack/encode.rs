//! Encodes what is live of a module, with new indices. Dropping what is dead is a matter of the live set alone.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use anyhow::{Result, anyhow, bail};
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{
    CodeSection, ConstExpr, EntityType, ExportSection, Function, FunctionSection, GlobalSection, ImportSection,
    MemorySection, NameMap, NameSection, RawCustomSection, StartSection, TableSection, TypeSection,
};
use wasmparser::{ExternalKind, Operator, Validator};

use super::module::{Code, GlobalValue, Module};
use super::reach::{self, Live};

/// Encodes the part of `module` that its exports and its start function reach.
pub fn encode(module: &Module<'_>) -> Result<Vec<u8>> {
    let live = reach::from_exports(module)?;
    if !module.data.is_empty() {
        bail!("data segments are not supported here");
    }
    // Element segments only ever fill tables; without a live table they are as dead.
    if !module.elements.is_empty() && !live.tables.is_empty() {
        bail!("element segments are not supported here");
    }
    let mut map = Renumber::new(module, &live);
    let bytes = map.module(module, &live).map_err(|error| anyhow!("{error}"))?;
    Validator::new().validate_all(&bytes).map_err(|error| anyhow!("the packed module is not valid: {error}"))?;
    Ok(bytes)
}

/// Old index to new index.
struct Renumber {
    types: BTreeMap<u32, u32>,
    funcs: BTreeMap<u32, u32>,
    tables: BTreeMap<u32, u32>,
    memories: BTreeMap<u32, u32>,
    globals: BTreeMap<u32, u32>,
}

/// Gives new numbers to the live items, imports first, as a module must have them.
fn renumber(live: &BTreeSet<u32>, imported: impl Fn(u32) -> bool) -> BTreeMap<u32, u32> {
    let imports = live.iter().filter(|index| imported(**index));
    let others = live.iter().filter(|index| !imported(**index));
    imports.chain(others).copied().zip(0..).collect()
}

impl Renumber {
    fn new(module: &Module<'_>, live: &Live) -> Renumber {
        Renumber {
            types: renumber(&live.types, |_| false),
            funcs: renumber(&live.funcs, |index| matches!(module.funcs[index as usize].code, Code::Import(_))),
            tables: renumber(&live.tables, |index| module.tables[index as usize].import.is_some()),
            memories: renumber(&live.memories, |index| module.memories[index as usize].import.is_some()),
            globals: renumber(&live.globals, |index| {
                matches!(module.globals[index as usize].value, GlobalValue::Import(_))
            }),
        }
    }

    fn module(&mut self, module: &Module<'_>, live: &Live) -> Result<Vec<u8>, Error> {
        let mut types = TypeSection::new();
        for index in &live.types {
            types.ty().func_type(&self.func_type(module.types[*index as usize].clone())?);
        }
        let mut imports = ImportSection::new();
        let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
        let (mut tables, mut memories, mut globals) = (TableSection::new(), MemorySection::new(), GlobalSection::new());

        for index in &live.funcs {
            let func = &module.funcs[*index as usize];
            let ty = self.type_index(func.ty)?;
            match &func.code {
                Code::Import(import) => {
                    imports.import(&import.module, &import.name, EntityType::Function(ty));
                }
                Code::Body(body) => {
                    functions.function(ty);
                    let locals = body.locals.iter().map(|(count, ty)| Ok((*count, self.val_type(*ty)?)));
                    let mut function = Function::new(locals.collect::<Result<Vec<_>, Error>>()?);
                    for op in &body.ops {
                        function.instruction(&self.instruction(op.clone())?);
                    }
                    code.function(&function);
                }
            }
        }
        for index in &live.tables {
            let table = &module.tables[*index as usize];
            let ty = self.table_type(table.ty)?;
            match &table.import {
                Some(import) => drop(imports.import(&import.module, &import.name, ty)),
                None => drop(tables.table(ty)),
            }
        }
        for index in &live.memories {
            let memory = &module.memories[*index as usize];
            let ty = self.memory_type(memory.ty)?;
            match &memory.import {
                Some(import) => drop(imports.import(&import.module, &import.name, ty)),
                None => drop(memories.memory(ty)),
            }
        }
        for index in &live.globals {
            let global = &module.globals[*index as usize];
            let ty = self.global_type(global.ty)?;
            match &global.value {
                GlobalValue::Import(import) => drop(imports.import(&import.module, &import.name, ty)),
                GlobalValue::Init(init) => drop(globals.global(ty, &self.init(init)?)),
            }
        }
        let mut exports = ExportSection::new();
        for export in &module.exports {
            let index = self.external_index(export.kind, export.index)?;
            exports.export(&export.name, self.export_kind(export.kind)?, index);
        }

        let mut out = wasm_encoder::Module::new();
        out.section(&types).section(&imports).section(&functions);
        if !tables.is_empty() {
            out.section(&tables);
        }
        if !memories.is_empty() {
            out.section(&memories);
        }
        if !globals.is_empty() {
            out.section(&globals);
        }
        out.section(&exports);
        if let Some(start) = module.start {
            out.section(&StartSection { function_index: self.function_index(start)? });
        }
        out.section(&code).section(&self.names(module));
        if let Some(producers) = &module.producers {
            out.section(&RawCustomSection(&producers.raw_custom_section()));
        }
        Ok(out.finish())
    }

    fn init(&mut self, ops: &[Operator<'_>]) -> Result<ConstExpr, Error> {
        let ops = ops.iter().map(|op| self.instruction(op.clone())).collect::<Result<Vec<_>, Error>>()?;
        Ok(ConstExpr::extended(ops))
    }

    fn names(&self, module: &Module<'_>) -> NameSection {
        let map = |indices: &BTreeMap<u32, u32>, name: &dyn Fn(u32) -> Option<String>| {
            let by_new: BTreeMap<_, _> = indices.iter().map(|(old, new)| (*new, *old)).collect();
            let mut map = NameMap::new();
            for (new, old) in by_new {
                if let Some(name) = name(old) {
                    map.append(new, &name);
                }
            }
            map
        };
        let mut section = NameSection::new();
        section.functions(&map(&self.funcs, &|index| module.funcs[index as usize].name.clone()));
        section.globals(&map(&self.globals, &|index| module.globals[index as usize].name.clone()));
        section
    }
}

impl Reencode for Renumber {
    type Error = Infallible;

    fn type_index(&mut self, index: u32) -> Result<u32, Error> {
        Ok(self.types[&index])
    }

    fn function_index(&mut self, index: u32) -> Result<u32, Error> {
        Ok(self.funcs[&index])
    }

    fn table_index(&mut self, index: u32) -> Result<u32, Error> {
        Ok(self.tables[&index])
    }

    fn memory_index(&mut self, index: u32) -> Result<u32, Error> {
        Ok(self.memories[&index])
    }

    fn global_index(&mut self, index: u32) -> Result<u32, Error> {
        Ok(self.globals[&index])
    }

    fn external_index(&mut self, kind: ExternalKind, index: u32) -> Result<u32, Error> {
        match kind {
            ExternalKind::Func | ExternalKind::FuncExact => self.function_index(index),
            ExternalKind::Table => self.table_index(index),
            ExternalKind::Memory => self.memory_index(index),
            ExternalKind::Global => self.global_index(index),
            ExternalKind::Tag => Ok(index),
        }
    }
}
