//! Makes a component of a merged module.
//!
//! wit-component copies a module several times, which is slow for a large one, but it looks only at imports, exports
//! and types. So it gets a skeleton of the module, which the module then replaces in the component.

use super::sign;
use crate::merge::Merged;
use crate::top_level::top_level_sections;
use anyhow::{Context, Result};
use std::ops::Range;
use wasm_encoder::{ComponentSectionId, Encode};
use wasm_metadata::Producers;
use wasmparser::Payload;
use wit_component::ComponentEncoder;

/// Makes the component and, if `validate` is set, validates everything around the module; merging has validated the
/// module.
pub fn of(merged: Merged, validate: bool) -> Result<Vec<u8>> {
    let Merged { wasm, skeleton, wit, .. } = merged;
    let component = encode(&[&skeleton[..], &wit].concat(), validate)?;
    let Some((section, contents)) = find(&component, &skeleton)? else {
        // wit-component renames an import when a module imports a function twice, so it needs the entire module.
        return encode(&[wasm, wit].concat(), validate);
    };
    let producers = Producers::from_wasm(&component[contents.clone()])?.unwrap_or(Producers::empty());
    let mut whole = sign::add(wasm, &producers)?;
    let mut before = component[..section].to_vec();
    before.push(ComponentSectionId::CoreModule as u8);
    whole.len().encode(&mut before);
    whole.splice(0..0, before);
    whole.extend_from_slice(&component[contents.end..]);
    Ok(whole)
}

fn encode(module: &[u8], validate: bool) -> Result<Vec<u8>> {
    let mut encoder = ComponentEncoder::default();
    encoder.validate(validate).module(module).context("reading the merged module")?;
    encoder.encode().context("making a component of the merged module")
}

/// Returns the offset of the section that contains a module, and the range of the module; only sections have been added
/// to it.
fn find(component: &[u8], module: &[u8]) -> Result<Option<(usize, Range<usize>)>> {
    let found = top_level_sections(component)?.into_iter().find_map(|(section, payload)| {
        let Payload::ModuleSection { unchecked_range, .. } = payload else { return None };
        let range = unchecked_range.start as usize..unchecked_range.end as usize;
        component.get(range.clone())?.starts_with(module).then_some((section.start, range))
    });
    Ok(found)
}
