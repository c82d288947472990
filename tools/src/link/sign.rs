//! Says who made a module or component.

use anyhow::Result;
use wasm_encoder::SectionId;
use wasm_metadata::Producers;
use wasmparser::{Chunk, Parser, Payload};

/// Adds this tool to the `producers` section. No date and no path goes in: the same input gives the same bytes.
pub fn sign(wasm: Vec<u8>) -> Result<Vec<u8>> {
    let mut producers = Producers::empty();
    producers.add("processed-by", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    add(wasm, &producers)
}

/// Adds to the `producers` section, which stays where it is, because LLVM's tools want it before `target_features`.
///
/// What comes before it is not copied, because that may be much.
pub fn add(mut wasm: Vec<u8>, more: &Producers) -> Result<Vec<u8>> {
    let mut producers = Producers::empty();
    let mut found = None;
    let (mut parser, mut offset) = (Parser::new(0), 0);
    while let Chunk::Parsed { consumed, payload } = parser.parse(&wasm[offset..], true)? {
        let mut end = offset + consumed;
        match payload {
            Payload::CustomSection(section) if section.name() == "producers" => {
                producers = Producers::from_bytes(section.data(), section.data_offset())?;
                found = Some(offset..end);
            }
            Payload::CodeSectionStart { size, .. } => {
                parser.skip_section();
                end += size as usize;
            }
            // Those of what a component is made of are none of its own.
            Payload::ModuleSection { unchecked_range, .. } | Payload::ComponentSection { unchecked_range, .. } => {
                end += (unchecked_range.end - unchecked_range.start) as usize;
            }
            Payload::End(_) => break,
            _ => {}
        }
        offset = end;
    }
    producers.merge(more);
    let section = [vec![SectionId::Custom as u8], producers.raw_custom_section()].concat();
    let end = wasm.len();
    wasm.splice(found.unwrap_or(end..end), section);
    Ok(wasm)
}
