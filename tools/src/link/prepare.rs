//! Gives a module the exported memory that adapters need.
//!
//! A program that passes no pointers works without a memory on a preview1 host, and must go on to work. It cannot
//! reach the memory that is added here, so it cannot tell. Its other sections are copied as they are.

use anyhow::Result;
use std::borrow::Cow;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ExportKind, ExportSection, MemorySection, MemoryType, Module, RawSection, Section, SectionId};
use wasmparser::{ExternalKind, Parser, Payload};

/// The module with a memory exported as `memory`: the module itself if it has that.
pub fn with_exported_memory(wasm: &[u8]) -> Result<Cow<'_, [u8]>> {
    let mut has_memory = false;
    let mut exports = ExportSection::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::MemorySection(section) => has_memory |= section.count() > 0,
            Payload::ExportSection(section) => {
                if section
                    .clone()
                    .into_iter()
                    .any(|export| export.is_ok_and(|e| e.kind == ExternalKind::Memory && e.name == "memory"))
                {
                    return Ok(Cow::Borrowed(wasm));
                }
                RoundtripReencoder.parse_export_section(&mut exports, section)?;
            }
            _ => {}
        }
    }
    exports.export("memory", ExportKind::Memory, 0);
    let mut memories = MemorySection::new();
    // One page, so that nothing the adapter allocates in it is at address 0, which means "nothing".
    memories.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });

    let mut module = Module::new();
    let mut pending_memory = (!has_memory).then_some(memories);
    let mut pending_exports = Some(exports);
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        let Some((id, range)) = payload.as_section() else { continue };
        let position = order(id);
        if position > order(SectionId::Memory as u8) {
            append(&mut module, pending_memory.take());
        }
        if position >= order(SectionId::Export as u8) {
            append(&mut module, pending_exports.take());
        }
        let replaced = id == SectionId::Export as u8 || (id == SectionId::Memory as u8 && !has_memory);
        if !replaced {
            module.section(&RawSection { id, data: &wasm[range.start as usize..range.end as usize] });
        }
    }
    append(&mut module, pending_memory);
    append(&mut module, pending_exports);
    Ok(Cow::Owned(module.finish()))
}

fn append(module: &mut Module, section: Option<impl Section>) {
    if let Some(section) = section {
        module.section(&section);
    }
}

/// Where a section stands in a module. Custom sections may stand anywhere and so push nothing out.
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
