//! The name section of the merged module.

use anyhow::Result;
use wasm_encoder::NameSection;
use wasm_encoder::reencode::Reencode;
use wasmparser::{Name, NameSectionReader};

use super::Merge;
use super::guest::error;
use crate::pack::name_map;

impl Merge<'_, '_, '_> {
    /// The names of both. A function that the program imports has its name from the adapter.
    pub fn names(&mut self, section: Option<NameSectionReader<'_>>) -> Result<NameSection> {
        let mut names = NameSection::new();
        let (mut functions, mut globals) = (self.part.function_names(), self.part.global_names());
        let guest = &mut self.guest;
        if self.grows {
            functions.insert(guest.grow, "guest_memory_grow");
        }
        let imports = guest.imports.len() as u32;
        let mut others = Vec::new();
        for subsection in section.into_iter().flatten() {
            match subsection? {
                Name::Function(map) => {
                    for naming in map {
                        let naming = naming?;
                        if naming.index >= imports {
                            functions.insert(guest.function_index(naming.index).map_err(error)?, naming.name);
                        }
                    }
                }
                Name::Global(map) => {
                    for naming in map {
                        let naming = naming?;
                        globals.insert(naming.index, naming.name);
                    }
                }
                Name::Module { name, .. } => names.module(name),
                other => others.push(other),
            }
        }
        // Subsections stand in an order of their own, which the program's others keep among themselves.
        let before_globals = |name: &Name<'_>| {
            matches!(name, Name::Local(_) | Name::Label(_) | Name::Type(_) | Name::Table(_) | Name::Memory(_))
        };
        let (before, after): (Vec<_>, Vec<_>) = others.into_iter().partition(before_globals);
        names.functions(&name_map(&functions));
        for name in before {
            guest.parse_custom_name_subsection(&mut names, name).map_err(error)?;
        }
        names.globals(&name_map(&globals));
        for name in after {
            guest.parse_custom_name_subsection(&mut names, name).map_err(error)?;
        }
        Ok(names)
    }
}
