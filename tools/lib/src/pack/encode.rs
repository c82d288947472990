//! Encodes the live part of a module with new indices. Dead code is removed simply by leaving it out.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use anyhow::{Result, anyhow, bail};
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{ConstExpr, EntityType, Function, NameMap, NameSection, RawCustomSection, TagKind, TagType};
use wasmparser::{ExternalKind, Operator, Validator};

use super::module::{Code, GlobalValue, Module};
use super::reach::{self, Live};
use super::sections::Sections;

/// The module name under which adapters import from the program.
pub const MAIN: &str = "__main_module__";

/// Encodes the part of `module` that its exports reach.
pub fn encode(module: &Module<'_>) -> Result<Vec<u8>> {
    let mut part = Part::new(module, &Base::default())?;
    let mut sections = Sections::default();
    part.append(&mut sections)?;
    part.export(&mut sections, |_| true)?;
    let mut out = sections.finish();
    out.section(&part.names());
    if let Some(producers) = &module.producers {
        out.section(&RawCustomSection(&producers.raw_custom_section()));
    }
    let bytes = out.finish();
    Validator::new().validate_all(&bytes).map_err(|error| anyhow!("the packed module is not valid: {error}"))?;
    Ok(bytes)
}

/// The number of items of each kind that a module has before the live part of another is appended.
#[derive(Clone, Debug, Default)]
pub struct Base {
    pub types: u32,
    /// The number of imported functions.
    pub imports: u32,
    /// The number of functions with a body.
    pub funcs: u32,
    pub globals: u32,
    /// The number of data segments.
    pub data: u32,
    /// The memory that replaces the part's own.
    pub memory: Option<u32>,
    /// The functions that replace the part's imports from `__main_module__`, as indices among [`Self::funcs`].
    pub main_funcs: BTreeMap<String, u32>,
    /// The globals that replace the part's imports from `__main_module__`. They are not among [`Self::globals`].
    pub main_globals: BTreeMap<String, u32>,
    /// The functions that are already imported, by module and name; the part shares them. If a module imported a
    /// function twice, one import would be renamed in the component.
    pub host_funcs: BTreeMap<(String, String), u32>,
}

/// The live part of a module, to be appended to sections that may hold another module.
pub struct Part<'m, 'a> {
    module: &'m Module<'a>,
    live: Live,
    map: Renumber,
}

impl<'m, 'a> Part<'m, 'a> {
    pub fn new(module: &'m Module<'a>, base: &Base) -> Result<Self> {
        let live = reach::from_exports(module)?;
        if !module.data.is_empty() && base.memory.is_some() {
            bail!("data segments are not supported here");
        }
        // Element segments only fill tables, so without a live table they are dead too.
        if !module.elements.is_empty() && !live.tables.is_empty() && base.memory.is_some() {
            bail!("element segments are not supported here");
        }
        let map = Renumber::new(module, &live, base);
        Ok(Part { module, live, map })
    }

    /// Returns the number of imported functions, including the part's.
    pub fn imported_funcs(&self) -> u32 {
        self.map.imported_funcs
    }

    /// Returns the number of types that the part adds.
    pub fn added_types(&self) -> u32 {
        self.map.types.len() as u32
    }

    /// Returns the number of functions with a body that the part adds.
    pub fn added_funcs(&self) -> u32 {
        self.live.funcs.iter().filter(|index| matches!(self.module.funcs[**index as usize].code, Code::Body(_))).count()
            as u32
    }

    /// Returns whether the part reads the sealed data: they are the data segment behind the others.
    pub fn reads_sealed_data(&self) -> bool {
        !self.live.data.is_empty()
    }

    /// Returns the new index of one of the part's functions.
    pub fn func(&self, index: u32) -> u32 {
        self.map.funcs[&index]
    }

    /// Appends everything that is live, without exports.
    pub fn append(&mut self, sections: &mut Sections) -> Result<()> {
        self.map.append(self.module, &self.live, sections).map_err(|error| anyhow!("{error}"))
    }

    /// Adds those of the part's exports that are `wanted`.
    pub fn export(&mut self, sections: &mut Sections, wanted: impl Fn(&str) -> bool) -> Result<()> {
        for export in self.module.exports.iter().filter(|export| wanted(&export.name)) {
            let new = |map: &mut Renumber| {
                Ok((map.export_kind(export.kind)?, map.external_index(export.kind, export.index)?))
            };
            let (kind, index) = new(&mut self.map).map_err(|error: Error| anyhow!("{error}"))?;
            sections.exports.export(&export.name, kind, index);
        }
        Ok(())
    }

    /// Returns the names of the functions by their new indices.
    pub fn function_names(&self) -> BTreeMap<u32, &str> {
        let own = self.map.funcs.iter().filter(|(old, _)| !self.map.replaced.contains(old));
        own.filter_map(|(old, new)| Some((*new, self.module.funcs[*old as usize].name.as_deref()?))).collect()
    }

    pub fn global_names(&self) -> BTreeMap<u32, &str> {
        let names = |(old, new): (&u32, &u32)| Some((*new, self.module.globals[*old as usize].name.as_deref()?));
        self.map.globals.iter().filter_map(names).collect()
    }

    fn names(&self) -> NameSection {
        let mut section = NameSection::new();
        section.functions(&name_map(&self.function_names()));
        section.globals(&name_map(&self.global_names()));
        section
    }
}

pub fn name_map(names: &BTreeMap<u32, &str>) -> NameMap {
    let mut map = NameMap::new();
    for (index, name) in names {
        map.append(*index, name);
    }
    map
}

/// Maps old indices to new ones.
struct Renumber {
    types: BTreeMap<u32, u32>,
    funcs: BTreeMap<u32, u32>,
    tables: BTreeMap<u32, u32>,
    memories: BTreeMap<u32, u32>,
    globals: BTreeMap<u32, u32>,
    first_data: u32,
    first_tag: u32,
    imported_funcs: u32,
    /// The imported functions that the base module replaces.
    replaced: BTreeSet<u32>,
    /// The imported globals that the base module replaces.
    replaced_globals: BTreeSet<u32>,
    /// True if the memory is the base module's.
    memory_replaced: bool,
}

/// The replacement of an imported function.
enum Replacement {
    /// The function with this index among those with a body.
    Own(u32),
    /// The import with this index.
    Import(u32),
}

/// Gives new numbers to the live items, imports first, as modules require. `base` is the number of imports and of other
/// items that come before them.
pub fn renumber(
    live: impl Iterator<Item = u32> + Clone,
    base: (u32, u32),
    imported: impl Fn(u32) -> bool,
) -> BTreeMap<u32, u32> {
    let imports: Vec<_> = live.clone().filter(|index| imported(*index)).collect();
    let first = base.0 + imports.len() as u32 + base.1;
    let others = live.filter(|index| !imported(*index)).zip(first..);
    imports.into_iter().zip(base.0..).chain(others).collect()
}

impl Renumber {
    fn new(module: &Module<'_>, live: &Live, base: &Base) -> Renumber {
        let replacement = |index: u32| match &module.funcs[index as usize].code {
            Code::Import(import) if import.module == MAIN => {
                base.main_funcs.get(&import.name).copied().map(Replacement::Own)
            }
            Code::Import(import) => {
                base.host_funcs.get(&(import.module.clone(), import.name.clone())).copied().map(Replacement::Import)
            }
            _ => None,
        };
        let is_import = |index: u32| matches!(module.funcs[index as usize].code, Code::Import(_));
        let own = live.funcs.iter().copied().filter(|index| replacement(*index).is_none());
        let imported_funcs = base.imports + own.clone().filter(|index| is_import(*index)).count() as u32;
        let mut funcs = renumber(own, (base.imports, base.funcs), is_import);
        let replaced = live.funcs.iter().filter_map(|index| match replacement(*index)? {
            Replacement::Own(own) => Some((*index, imported_funcs + own)),
            Replacement::Import(import) => Some((*index, import)),
        });
        let replaced: BTreeMap<_, _> = replaced.collect();
        funcs.extend(&replaced);

        let main_global = |index: u32| match &module.globals[index as usize].value {
            GlobalValue::Import(import) if import.module == MAIN => base.main_globals.get(&import.name).copied(),
            _ => None,
        };
        let own = live.globals.iter().copied().filter(|index| main_global(*index).is_none());
        let mut globals = renumber(own, (0, base.globals), |index| {
            matches!(module.globals[index as usize].value, GlobalValue::Import(_))
        });
        let main_globals: BTreeMap<_, _> =
            live.globals.iter().filter_map(|index| Some((*index, main_global(*index)?))).collect();
        globals.extend(&main_globals);
        Renumber {
            types: renumber(live.types.iter().copied(), (0, base.types), |_| false),
            funcs,
            tables: renumber(live.tables.iter().copied(), (0, 0), |index| {
                module.tables[index as usize].import.is_some()
            }),
            memories: match base.memory {
                Some(memory) => live.memories.iter().map(|index| (*index, memory)).collect(),
                None => renumber(live.memories.iter().copied(), (0, 0), |index| {
                    module.memories[index as usize].import.is_some()
                }),
            },
            globals,
            first_data: base.data,
            first_tag: 0,
            imported_funcs,
            replaced: replaced.into_keys().collect(),
            replaced_globals: main_globals.into_keys().collect(),
            memory_replaced: base.memory.is_some(),
        }
    }

    /// Adds the live items to sections that may hold others already.
    fn append(&mut self, module: &Module<'_>, live: &Live, out: &mut Sections) -> Result<(), Error> {
        self.first_tag = out.tags.len();
        for ty in &module.tags {
            out.tags.tag(TagType { kind: TagKind::Exception, func_type_idx: self.type_index(*ty)? });
        }
        for index in &live.types {
            out.types.ty().func_type(&self.func_type(module.types[*index as usize].clone())?);
        }
        for index in &live.funcs {
            if self.replaced.contains(index) {
                continue;
            }
            let func = &module.funcs[*index as usize];
            let ty = self.type_index(func.ty)?;
            match &func.code {
                Code::Import(import) => {
                    out.imports.import(&import.module, &import.name, EntityType::Function(ty));
                }
                Code::Body(body) => {
                    out.functions.function(ty);
                    let locals = body.locals.iter().map(|(count, ty)| Ok((*count, self.val_type(*ty)?)));
                    let mut function = Function::new(locals.collect::<Result<Vec<_>, Error>>()?);
                    for op in &body.ops {
                        function.instruction(&self.instruction(op.clone())?);
                    }
                    out.code.function(&function);
                }
            }
        }
        for index in &live.tables {
            let table = &module.tables[*index as usize];
            let ty = self.table_type(table.ty)?;
            match &table.import {
                Some(import) => drop(out.imports.import(&import.module, &import.name, ty)),
                None => drop(out.tables.table(ty)),
            }
        }
        for index in &live.memories {
            if self.memory_replaced {
                continue;
            }
            let memory = &module.memories[*index as usize];
            let ty = self.memory_type(memory.ty)?;
            match &memory.import {
                Some(import) => drop(out.imports.import(&import.module, &import.name, ty)),
                None => drop(out.memories.memory(ty)),
            }
        }
        for index in &live.globals {
            if self.replaced_globals.contains(index) {
                continue;
            }
            let global = &module.globals[*index as usize];
            let ty = self.global_type(global.ty)?;
            match &global.value {
                GlobalValue::Import(import) => drop(out.imports.import(&import.module, &import.name, ty)),
                GlobalValue::Init(init) => drop(out.globals.global(ty, &self.init(init)?)),
            }
        }
        for element in module.elements.iter().filter(|_| !live.tables.is_empty()) {
            self.parse_element(&mut out.elements, element.clone())?;
        }
        self.data(module, live, out)
    }

    /// Adds the data for a memory that is live.
    fn data(&mut self, module: &Module<'_>, live: &Live, out: &mut Sections) -> Result<(), Error> {
        for data in module.data.iter().filter(|_| !live.memories.is_empty()) {
            self.parse_data(&mut out.data, data.clone())?;
        }
        Ok(())
    }

    fn init(&mut self, ops: &[Operator<'_>]) -> Result<ConstExpr, Error> {
        let ops = ops.iter().map(|op| self.instruction(op.clone())).collect::<Result<Vec<_>, Error>>()?;
        Ok(ConstExpr::extended(ops))
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

    fn tag_index(&mut self, index: u32) -> Result<u32, Error> {
        Ok(self.first_tag + index)
    }

    fn data_index(&mut self, index: u32) -> Result<u32, Error> {
        Ok(self.first_data + index)
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
            ExternalKind::Tag => self.tag_index(index),
        }
    }
}
