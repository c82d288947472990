//! Gives a module the memory that a separate adapter needs.
//!
//! - A module without an exported memory gets one. A program that passes no pointers does not need it, and cannot reach
//!   it.
//! - A memory's maximum is raised. The adapter's pages come out of the program's memory, and a program must still get
//!   as many pages as it expects.

use super::Prepared;
use super::sections::{Change, change};
use anyhow::Result;
use std::borrow::Cow;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ExportKind, ExportSection, MemorySection, MemoryType, SectionId};
use wasmparser::{ExternalKind, Parser, Payload, TypeRef};

/// The number of pages added to a memory's maximum for the adapter: one for its block, the others for long lists.
pub const ADAPTER_PAGES: u64 = 16;
/// The pages of the entire 32-bit address space.
const ALL_PAGES: u64 = 1 << 16;

/// Returns the module with a memory exported as `memory`, and with a maximum increased by `room` pages. The module is
/// returned unchanged if that is already so.
pub fn with_exported_memory(wasm: &[u8], room: u64) -> Prepared<'_> {
    let Memories { mut defined, imported, exported, mut exports } = Memories::of(wasm)?;
    let before = (defined.len(), exported);
    if defined.is_empty() && imported == 0 {
        // One page, so that nothing is allocated at address 0, which means "nothing".
        let (minimum, maximum) = (1, None);
        defined.push(MemoryType { minimum, maximum, memory64: false, shared: false, page_size_log2: None });
    }
    let exported = exported.unwrap_or_else(|| {
        exports.export("memory", ExportKind::Memory, 0);
        0
    });
    let memory = exported.checked_sub(imported).and_then(|index| defined.get_mut(index as usize));
    let maximum = memory.and_then(|memory| memory.maximum.as_mut()).filter(|maximum| **maximum < ALL_PAGES && room > 0);
    let raised = maximum.is_some();
    if let Some(maximum) = maximum {
        *maximum = ALL_PAGES.min(*maximum + room);
    }
    if !raised && before == (defined.len(), Some(exported)) {
        return Ok(Cow::Borrowed(wasm));
    }
    let mut memories = MemorySection::new();
    for memory in defined {
        memories.memory(memory);
    }
    let changes: Vec<Change> =
        vec![(SectionId::Memory, Some(Box::new(memories))), (SectionId::Export, Some(Box::new(exports)))];
    Ok(Cow::Owned(change(wasm, changes)?))
}

/// The memories of a module.
struct Memories {
    defined: Vec<MemoryType>,
    imported: u32,
    /// The index of the one exported as `memory`.
    exported: Option<u32>,
    exports: ExportSection,
}

impl Memories {
    fn of(wasm: &[u8]) -> Result<Memories> {
        let mut found = Memories { defined: Vec::new(), imported: 0, exported: None, exports: ExportSection::new() };
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        found.imported += u32::from(matches!(import?.ty, TypeRef::Memory(_)));
                    }
                }
                Payload::MemorySection(section) => {
                    for memory in section {
                        found.defined.push(RoundtripReencoder.memory_type(memory?)?);
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        match (export.name, export.kind) {
                            ("memory", ExternalKind::Memory) => found.exported = Some(export.index),
                            ("memory", _) => continue, // Its name is taken.
                            _ => {}
                        }
                        RoundtripReencoder.parse_export(&mut found.exports, export)?;
                    }
                }
                _ => {}
            }
        }
        Ok(found)
    }
}
