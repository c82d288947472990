//! Updates a module's debugging information after its code section was rewritten.

use std::borrow::Cow;

use anyhow::Result;
use wasm_encoder::{CustomSection, Module, RawSection, Section};
use wasmparser::{Parser, Payload};

use crate::dwarf::{CodeMap, Moved, is_dwarf, rewrite};

/// Returns the module with debugging information for code that has moved as `code` says. Losses are added to `losses`.
pub fn follow(wasm: Vec<u8>, code: &CodeMap, losses: &mut Vec<String>) -> Result<Vec<u8>> {
    let mut old = Vec::new();
    for payload in Parser::new(0).parse_all(&wasm) {
        if let Payload::CustomSection(section) = payload?
            && is_dwarf(section.name())
        {
            old.push((section.name(), section.data()));
        }
    }
    if old.is_empty() {
        return Ok(wasm);
    }
    let new = rewrite(&old, Moved { code, base: 0 });
    losses.extend(new.losses);
    let mut module = Module::HEADER.to_vec();
    for payload in Parser::new(0).parse_all(&wasm) {
        let payload = payload?;
        if let Payload::CustomSection(section) = &payload
            && is_dwarf(section.name())
        {
            for (name, data) in new.sections.iter().filter(|(name, _)| *name == section.name()) {
                let section = CustomSection { name: Cow::Borrowed(name), data: Cow::Borrowed(data) };
                section.append_to(&mut module);
            }
        } else if let Some((id, range)) = payload.as_section() {
            RawSection { id, data: &wasm[range.start as usize..range.end as usize] }.append_to(&mut module);
        }
    }
    Ok(module)
}
