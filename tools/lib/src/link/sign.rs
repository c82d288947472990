//! Records the tools that made a module or component.

use crate::outermost::outermost;
use anyhow::Result;
use wasm_encoder::SectionId;
use wasm_metadata::Producers;
use wasmparser::Payload;

/// Adds this tool to the `producers` section. No date and no path is included: the same input gives the same bytes.
pub fn sign(wasm: Vec<u8>) -> Result<Vec<u8>> {
    let mut producers = Producers::empty();
    producers.add("processed-by", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    add(wasm, &producers)
}

/// Merges into the `producers` section in place, because LLVM's tools require it before `target_features`.
///
/// Sections before it are not copied, because they may be large.
pub fn add(mut wasm: Vec<u8>, more: &Producers) -> Result<Vec<u8>> {
    let mut producers = Producers::empty();
    let mut found = None;
    for (range, payload) in outermost(&wasm)? {
        if let Payload::CustomSection(section) = payload
            && section.name() == "producers"
        {
            producers = Producers::from_bytes(section.data(), section.data_offset())?;
            found = Some(range);
        }
    }
    producers.merge(more);
    let section = [vec![SectionId::Custom as u8], producers.raw_custom_section()].concat();
    let end = wasm.len();
    wasm.splice(found.unwrap_or(end..end), section);
    Ok(wasm)
}
