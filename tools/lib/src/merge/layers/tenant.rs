//! One layer in the merged module: the new indices of its items, and the addresses of its memory.

use std::collections::BTreeSet;

use anyhow::Result;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    ConstExpr, CustomSection, EntityType, GlobalType, Instruction, MemArg, MemArgTarget, Section as _, ValType,
};
use wasmparser::{Data, DataKind, KnownCustom, Name, NameSectionReader, Operator, Parser, Payload};

use super::helpers::Helper;
use super::{Appended, Caller};
use crate::dwarf::is_dwarf;
use crate::layer::EXIT;
use crate::merge::guest::{NoSuchFunction, error, moved_offset};
use crate::names::quoted;
use crate::pack::{Base, Sections};
use crate::plan::{LayerImport, PlannedLayer, Target};
use crate::program::ProgramImport;

/// A layer with its place in the merged module.
pub struct Tenant<'m> {
    pub layer: &'m PlannedLayer,
    pub memory: u32,
    /// The address of its pages.
    pub base: u32,
    pub caller: Caller,
    /// The functions that serve its imports; none for those that a helper serves alone.
    pub targets: Vec<Option<u32>>,
    helpers: Vec<Helper>,
    /// The number of the module's imports, once it is known; its own functions are counted without.
    pub imported: u32,
    first_helper: u32,
    /// Its imports from the host that nobody imported before.
    host: Vec<usize>,
    pub first: Indices,
    /// The global with the number of pages that it has now.
    pub size: u32,
    references: BTreeSet<u32>,
}

/// The new index of the first of its items of each kind.
#[derive(Clone, Copy, Default)]
pub struct Indices {
    types: u32,
    tables: u32,
    globals: u32,
    elements: u32,
    pub data: u32,
    tags: u32,
}

impl<'m> Tenant<'m> {
    /// Adds a layer to what the module has.
    pub fn new(layer: &'m PlannedLayer, (memory, place): (u32, u32), caller: Caller, base: &mut Base) -> Tenant<'m> {
        let own = layer.program.prescan.base();
        let helpers = helpers(layer);
        let first_helper = base.funcs;
        let mut host = Vec::new();
        let imports = layer.program.imports.iter().filter(|import| import.func.is_some()).zip(&layer.imports);
        for (at, (import, server)) in imports.enumerate() {
            let name = (import.module.clone(), import.name.clone());
            if *server == Some(LayerImport::Host) && !base.host_funcs.contains_key(&name) {
                base.host_funcs.insert(name, base.imports);
                base.imports += 1;
                host.push(at);
            }
        }
        base.types += own.types + TYPES;
        base.globals += own.globals + 1;
        base.funcs += own.funcs + helpers.len() as u32;
        base.data += own.data;
        Tenant {
            layer,
            memory,
            base: place,
            caller,
            targets: Vec::new(),
            helpers,
            imported: 0,
            first_helper,
            host,
            first: Indices::default(),
            size: 0,
            references: BTreeSet::new(),
        }
    }

    /// Returns the function by which the host allocates its results.
    pub fn realloc(&self) -> Option<u32> {
        let prescan = &self.layer.program.prescan;
        let names = ["cabi_import_realloc", "cabi_realloc"].into_iter().filter(|_| self.layer.has_host_imports());
        names.filter_map(|name| prescan.export(name)).find_map(|func| self.function(func))
    }

    /// Returns the new index of a function that is counted without imports.
    fn with_imports(&self, own: u32) -> u32 {
        self.imported + own
    }

    /// Returns the most pages that its memory can have.
    pub fn most(&self) -> u32 {
        let maximum = self.layer.program.memory().and_then(|memory| memory.maximum);
        maximum.map_or(self.layer.pages, |maximum| maximum.min(self.layer.pages.into()) as u32)
    }

    pub fn refers_to_data(&self) -> bool {
        self.layer.program.prescan.data.is_some()
    }

    /// Returns the new index of one of its functions.
    pub fn function(&self, index: u32) -> Option<u32> {
        let imports = self.layer.imports.len() as u32;
        let Some(own) = index.checked_sub(imports) else {
            let serves = |helper: &Helper| helper.import() == Some(index as usize);
            return match self.helpers.iter().position(serves) {
                Some(at) => Some(self.with_imports(self.first_helper + at as u32)),
                None => self.targets.get(index as usize).copied().flatten(),
            };
        };
        let first = self.first_helper + self.helpers.len() as u32;
        (own < self.layer.program.prescan.defined_funcs()).then(|| self.with_imports(first + own))
    }

    /// Returns the new index of a helper.
    fn helper(&self, helper: Helper) -> Result<u32, Error<NoSuchFunction>> {
        let at = self.helpers.iter().position(|found| *found == helper);
        at.map(|at| self.with_imports(self.first_helper + at as u32)).ok_or(Error::UserError(NoSuchFunction(u32::MAX)))
    }

    /// Returns the functions that initialise it.
    pub fn initialisers(&self) -> Vec<u32> {
        let prescan = &self.layer.program.prescan;
        [prescan.start, prescan.export("_initialize")]
            .into_iter()
            .flatten()
            .filter_map(|func| self.function(func))
            .collect()
    }

    /// Returns the function that is called after the program's entry.
    pub fn exit(&self) -> Option<u32> {
        self.function(self.layer.program.prescan.export(EXIT)?)
    }

    /// Appends everything of the layer but its exports.
    pub fn append(&mut self, out: &mut Sections, appended: &mut Appended) -> Result<()> {
        let prescan = &self.layer.program.prescan;
        self.first = Indices {
            types: appended.types,
            tables: out.tables.len(),
            globals: out.globals.len() + 1,
            elements: out.elements.len(),
            data: out.data.len(),
            tags: out.tags.len(),
        };
        self.size = out.globals.len();
        let pages = self.layer.program.memory().map_or(0, |memory| memory.initial);
        out.globals.global(
            GlobalType { val_type: ValType::I32, mutable: true, shared: false },
            &ConstExpr::i32_const(pages as i32),
        );
        for import in &self.host {
            let Some(ProgramImport { module, name, .. }) =
                self.layer.program.imports.iter().filter(|it| it.func.is_some()).nth(*import)
            else {
                continue;
            };
            let ty = self.first.types + prescan.import_type(*import).unwrap_or_default();
            out.imports.import(module, name, EntityType::Function(ty));
        }
        let (mut losses, mut names) = (Vec::new(), None);
        let mut helpers_are_there = false;
        for payload in Parser::new(0).parse_all(&self.layer.program.wasm) {
            match payload? {
                Payload::TypeSection(section) => self.parse_type_section(&mut out.types, section).map_err(error)?,
                Payload::FunctionSection(section) => {
                    self.add_helpers(out);
                    helpers_are_there = true;
                    self.parse_function_section(&mut out.functions, section).map_err(error)?;
                }
                Payload::TableSection(section) => self.parse_table_section(&mut out.tables, section).map_err(error)?,
                Payload::GlobalSection(section) => {
                    self.parse_global_section(&mut out.globals, section).map_err(error)?;
                }
                Payload::ElementSection(section) => {
                    self.parse_element_section(&mut out.elements, section).map_err(error)?;
                }
                Payload::CodeSectionEntry(body) => {
                    let mut function = self.new_function_with_parsed_locals(&body).map_err(error)?;
                    let mut operators = body.get_operators_reader()?;
                    while !operators.eof() {
                        function.instruction(&self.parse_instruction(&mut operators).map_err(error)?);
                    }
                    out.code.function(&function);
                }
                Payload::DataSection(section) => {
                    for data in section {
                        self.data(out, &data?)?;
                    }
                }
                Payload::CustomSection(section) => match section.as_known() {
                    KnownCustom::Name(section) => names = Some(section),
                    _ if section.name().starts_with("component-type") => {
                        CustomSection::from(section).append_to(&mut appended.wit);
                    }
                    _ if is_dwarf(section.name()) && losses.is_empty() => losses.push(format!(
                        "the debugging information of the layer {} is left out",
                        quoted(&self.layer.name)
                    )),
                    _ => {}
                },
                _ => {}
            }
        }
        if !helpers_are_there {
            self.add_helpers(out);
        }
        appended.types += prescan.types() + TYPES;
        appended.references.append(&mut self.references);
        appended.losses.append(&mut losses);
        for (helper, index) in self.helpers.iter().zip(self.with_imports(self.first_helper)..) {
            appended.names.insert(index, helper.name().into());
        }
        self.names(names, appended)
    }

    /// Appends the types of the helpers that serve no import, and all helpers.
    fn add_helpers(&self, out: &mut Sections) {
        let grow = self.first.types + self.layer.program.prescan.types();
        out.types.ty().function([ValType::I32], [ValType::I32]);
        out.types.ty().function([ValType::I32; 3], []);
        for helper in &self.helpers {
            let ty = helper.import().and_then(|import| self.layer.program.prescan.import_type(import));
            out.functions.function(match (ty, helper) {
                (Some(ty), _) => self.first.types + ty,
                (None, Helper::Grow) => grow,
                (None, _) => grow + 1,
            });
            out.code.function(&self.code(*helper));
        }
    }

    fn data(&mut self, out: &mut Sections, data: &Data<'_>) -> Result<()> {
        match &data.kind {
            DataKind::Active { offset_expr, .. } => {
                let offset = moved_offset(offset_expr, &self.layer.program.prescan.globals, self.base)?;
                out.data.active(self.memory, &offset, data.data.iter().copied());
            }
            DataKind::Passive => drop(out.data.passive(data.data.iter().copied())),
        }
        Ok(())
    }

    /// Adds the names of its own functions.
    fn names(&self, section: Option<NameSectionReader<'_>>, appended: &mut Appended) -> Result<()> {
        let imports = self.layer.imports.len() as u32;
        for subsection in section.into_iter().flatten() {
            let Name::Function(map) = subsection? else { continue };
            for naming in map {
                let naming = naming?;
                if let Some(index) = self.function(naming.index).filter(|_| naming.index >= imports) {
                    appended.names.insert(index, naming.name.into());
                }
            }
        }
        Ok(())
    }
}

/// The number of types that are added for helpers.
const TYPES: u32 = 2;

/// Returns the helpers that a layer needs.
fn helpers(layer: &PlannedLayer) -> Vec<Helper> {
    let of_import = |(at, import): (usize, &Option<LayerImport>)| match import.as_ref()? {
        LayerImport::Next { own: false, .. } | LayerImport::Host => None,
        // Without pointers it does not matter whose they are.
        LayerImport::Next { target: Target::Adapter(function), .. } if !function.memory => None,
        LayerImport::Next { .. } => Some(Helper::Own(at)),
        LayerImport::Read => Some(Helper::Read(at)),
        LayerImport::Write => Some(Helper::Write(at)),
        LayerImport::Address => Some(Helper::Address(at)),
    };
    let of_imports = layer.imports.iter().enumerate().filter_map(of_import);
    let inits = (0..layer.program.prescan.data.unwrap_or(0)).map(Helper::Init);
    of_imports.chain([Helper::Grow, Helper::Fill, Helper::Copy]).chain(inits).collect()
}

impl Reencode for Tenant<'_> {
    type Error = NoSuchFunction;

    fn type_index(&mut self, index: u32) -> Result<u32, Error<NoSuchFunction>> {
        Ok(self.first.types + index)
    }

    fn function_index(&mut self, index: u32) -> Result<u32, Error<NoSuchFunction>> {
        self.function(index).ok_or(Error::UserError(NoSuchFunction(index)))
    }

    fn table_index(&mut self, index: u32) -> Result<u32, Error<NoSuchFunction>> {
        Ok(self.first.tables + index)
    }

    fn global_index(&mut self, index: u32) -> Result<u32, Error<NoSuchFunction>> {
        Ok(self.first.globals + index)
    }

    fn element_index(&mut self, index: u32) -> Result<u32, Error<NoSuchFunction>> {
        Ok(self.first.elements + index)
    }

    fn data_index(&mut self, index: u32) -> Result<u32, Error<NoSuchFunction>> {
        Ok(self.first.data + index)
    }

    fn tag_index(&mut self, index: u32) -> Result<u32, Error<NoSuchFunction>> {
        Ok(self.first.tags + index)
    }

    /// A layer has one memory, or none.
    fn memory_index(&mut self, _: u32) -> Result<u32, Error<NoSuchFunction>> {
        Ok(self.memory)
    }

    fn mem_arg(&mut self, arg: wasmparser::MemArg) -> Result<MemArg, Error<NoSuchFunction>> {
        let mut arg = utils::mem_arg(self, arg)?;
        if matches!(arg.target, MemArgTarget::Memory(_)) {
            // One that cannot be in bounds stays out of bounds, and has to have 32 bits.
            arg.offset = u64::from(u32::MAX).min(arg.offset.saturating_add(self.base.into()));
        }
        Ok(arg)
    }

    fn instruction<'a>(&mut self, op: Operator<'a>) -> Result<Instruction<'a>, Error<NoSuchFunction>> {
        let call = |index: u32| Instruction::Call(index);
        Ok(match op {
            Operator::MemorySize { .. } => Instruction::GlobalGet(self.size),
            Operator::MemoryGrow { .. } => call(self.helper(Helper::Grow)?),
            Operator::MemoryFill { .. } => call(self.helper(Helper::Fill)?),
            Operator::MemoryCopy { .. } => call(self.helper(Helper::Copy)?),
            Operator::MemoryInit { data_index, .. } => call(self.helper(Helper::Init(data_index))?),
            Operator::RefFunc { function_index } => {
                let index = self.function_index(function_index)?;
                self.references.insert(index);
                Instruction::RefFunc(index)
            }
            other => utils::instruction(self, other)?,
        })
    }
}
