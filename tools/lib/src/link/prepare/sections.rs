//! Changes some sections of a module and copies all others as they are.

use anyhow::Result;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ElementSection, Elements, Module, RawSection, Section, SectionId};
use wasmparser::{Parser, Payload};

/// A section that replaces the one of this kind, or none to remove it.
pub type Change = (SectionId, Option<Box<dyn Section>>);

/// Returns the module with the changes made. A new section is inserted where its kind belongs.
pub fn change(wasm: &[u8], mut changes: Vec<Change>) -> Result<Vec<u8>> {
    changes.sort_by_key(|(id, _)| order(*id as u8));
    let changed: Vec<u8> = changes.iter().map(|(id, _)| *id as u8).collect();
    let mut pending = changes.into_iter().peekable();
    let mut module = Module::HEADER.to_vec();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        let Some((id, range)) = payload.as_section() else { continue };
        while let Some((_, section)) = pending.next_if(|(change, _)| order(*change as u8) <= order(id)) {
            section.inspect(|section| section.append_to(&mut module));
        }
        if !changed.contains(&id) {
            RawSection { id, data: &wasm[range.start as usize..range.end as usize] }.append_to(&mut module);
        }
    }
    for section in pending.filter_map(|(_, section)| section) {
        section.append_to(&mut module);
    }
    Ok(module)
}

/// Returns the element segments and one more, which declares functions: the exports that declared them may be gone, and
/// code may refer to them.
pub fn declaring(wasm: &[u8], functions: &[u32]) -> Result<Change> {
    let mut elements = ElementSection::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::ElementSection(section) = payload? {
            RoundtripReencoder.parse_element_section(&mut elements, section)?;
        }
    }
    elements.declared(Elements::Functions(functions.into()));
    Ok((SectionId::Element, Some(Box::new(elements))))
}

/// Returns the position of a kind of section in a module. Custom sections may be anywhere, so they come before every
/// change.
fn order(id: u8) -> usize {
    const ORDER: [SectionId; 13] = [
        SectionId::Type,
        SectionId::Import,
        SectionId::Function,
        SectionId::Table,
        SectionId::Memory,
        SectionId::Tag,
        SectionId::Global,
        SectionId::Export,
        SectionId::Start,
        SectionId::Element,
        SectionId::DataCount,
        SectionId::Code,
        SectionId::Data,
    ];
    ORDER.iter().position(|section| *section as u8 == id).map_or(0, |position| position + 1)
}
