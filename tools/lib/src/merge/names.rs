//! The name section of the merged module, in the order that the specification requires.

use std::collections::BTreeMap;

use anyhow::Result;
use wasm_encoder::{Encode, IndirectNameMap, NameSection};
use wasmparser::{IndirectNameMap as NestedNames, Name, NameMap as FlatNames, NameSectionReader};

use super::Merge;
use crate::pack::name_map;

/// The ids of subsections.
mod id {
    pub const MODULE: u8 = 0;
    pub const FUNCTION: u8 = 1;
    pub const LOCAL: u8 = 2;
    pub const LABEL: u8 = 3;
    pub const TYPE: u8 = 4;
    pub const TABLE: u8 = 5;
    pub const MEMORY: u8 = 6;
    pub const GLOBAL: u8 = 7;
    pub const ELEMENT: u8 = 8;
    pub const DATA: u8 = 9;
    pub const FIELD: u8 = 10;
    pub const TAG: u8 = 11;
    pub const PARAMETER: u8 = 12;
    pub const TAG_PARAMETER: u8 = 13;
}

/// Names of items inside other items: by index, and by the index of the containing item.
type Flat<'n> = BTreeMap<u32, &'n str>;
type Nested<'n> = BTreeMap<u32, Flat<'n>>;

/// Subsections by id.
#[derive(Default)]
struct Names<'n> {
    module: Option<&'n str>,
    flat: BTreeMap<u8, Flat<'n>>,
    nested: BTreeMap<u8, Nested<'n>>,
}

impl Merge<'_, '_, '_> {
    /// Returns the names of program and adapter. Functions that the program imports are named by the adapter, their
    /// parameters by the program.
    pub fn names(&self, section: Option<NameSectionReader<'_>>) -> Result<NameSection> {
        let mut names = Names::default();
        let functions = names.flat.entry(id::FUNCTION).or_default();
        functions.extend(self.part.function_names());
        functions.extend(self.appended.names.iter().map(|(index, name)| (*index, name.as_str())));
        if self.grows {
            functions.insert(self.guest.grow, "guest_memory_grow");
        }
        let globals = names.flat.entry(id::GLOBAL).or_default();
        globals.extend(self.part.global_names());
        for subsection in section.into_iter().flatten() {
            self.add(&mut names, subsection?)?;
        }
        Ok(names.section())
    }

    /// Adds one of the program's subsections, without names of items that do not exist.
    fn add<'n>(&self, names: &mut Names<'n>, subsection: Name<'n>) -> Result<()> {
        let imports = self.guest.imports.len() as u32;
        let function = |index: u32| self.guest.function(index);
        let own_function = |index: u32| function(index).filter(|_| index >= imports);
        let below = |count: u32| move |index: u32| Some(index).filter(|index| *index < count);
        let types = below(self.prescan.types());
        match subsection {
            Name::Module { name, .. } => names.module = Some(name),
            Name::Function(map) => names.add(id::FUNCTION, map, own_function)?,
            Name::Local(map) => {
                let is_there = |func: u32, local: u32| func >= imports || local < self.prescan.params(func as usize);
                names.add_nested(id::LOCAL, map, function, is_there)?;
            }
            Name::Label(map) => names.add_nested(id::LABEL, map, own_function, |_, _| true)?,
            Name::Type(map) => names.add(id::TYPE, map, types)?,
            Name::Table(map) => names.add(id::TABLE, map, Some)?,
            Name::Memory(map) => names.add(id::MEMORY, map, Some)?,
            Name::Global(map) => names.add(id::GLOBAL, map, below(self.prescan.globals.len() as u32))?,
            Name::Element(map) => names.add(id::ELEMENT, map, below(self.prescan.elements))?,
            Name::Data(map) => names.add(id::DATA, map, Some)?,
            Name::Field(map) => names.add_nested(id::FIELD, map, types, |_, _| true)?,
            Name::Tag(map) => names.add(id::TAG, map, Some)?,
            Name::Parameter(map) => names.add_nested(id::PARAMETER, map, types, |_, _| true)?,
            Name::TagParameter(map) => names.add_nested(id::TAG_PARAMETER, map, Some, |_, _| true)?,
            // It may contain indices, which have changed.
            Name::Unknown { .. } => {}
        }
        Ok(())
    }
}

impl<'n> Names<'n> {
    fn add(&mut self, id: u8, map: FlatNames<'n>, new: impl Fn(u32) -> Option<u32>) -> Result<()> {
        let names = self.flat.entry(id).or_default();
        for naming in map {
            let naming = naming?;
            if let Some(index) = new(naming.index) {
                names.insert(index, naming.name);
            }
        }
        Ok(())
    }

    /// Adds the names of items within items that have new indices. If two items have the same new index, the first name
    /// wins.
    fn add_nested(
        &mut self,
        id: u8,
        map: NestedNames<'n>,
        new: impl Fn(u32) -> Option<u32>,
        is_there: impl Fn(u32, u32) -> bool,
    ) -> Result<()> {
        let names = self.nested.entry(id).or_default();
        for outer in map {
            let outer = outer?;
            let mut inner = Flat::new();
            for naming in outer.names {
                let naming = naming?;
                if is_there(outer.index, naming.index) {
                    inner.insert(naming.index, naming.name);
                }
            }
            if let Some(index) = new(outer.index).filter(|_| !inner.is_empty()) {
                names.entry(index).or_insert(inner);
            }
        }
        Ok(())
    }

    fn section(&self) -> NameSection {
        let mut section = NameSection::new();
        if let Some(name) = self.module {
            section.raw(id::MODULE, &encoded(name));
        }
        for id in id::FUNCTION..=id::TAG_PARAMETER {
            if let Some(names) = self.flat.get(&id).filter(|names| !names.is_empty()) {
                section.raw(id, &encoded(&name_map(names)));
            }
            if let Some(names) = self.nested.get(&id).filter(|names| !names.is_empty()) {
                let mut map = IndirectNameMap::new();
                for (index, names) in names {
                    map.append(*index, &name_map(names));
                }
                section.raw(id, &encoded(&map));
            }
        }
        section
    }
}

fn encoded(what: &(impl Encode + ?Sized)) -> Vec<u8> {
    let mut bytes = Vec::new();
    what.encode(&mut bytes);
    bytes
}
