//! Says who made a module or component.

use anyhow::Result;
use wasm_encoder::SectionId;
use wasm_metadata::Producers;
use wasmparser::{Chunk, Parser, Payload};

/// Adds this tool to the `producers` section, which moves to the end. No date and no path goes in: the same input gives
/// the same bytes.
///
/// The bytes stay where they are, because there may be many.
pub fn sign(mut wasm: Vec<u8>) -> Result<Vec<u8>> {
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
    if let Some(range) = found {
        wasm.drain(range);
    }
    producers.add("processed-by", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    wasm.push(SectionId::Custom as u8);
    wasm.extend(producers.raw_custom_section());
    Ok(wasm)
}
