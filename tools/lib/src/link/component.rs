//! The component of a merged module.
//!
//! wit-component copies a module several times, which takes long for a large one, and all that it looks at are imports,
//! exports and types. So it is given a skeleton of the module, whose place the module takes in the component.

use super::sign;
use crate::merge::Merged;
use crate::outermost::outermost;
use anyhow::{Context, Result};
use std::ops::Range;
use wasm_encoder::{ComponentSectionId, Encode};
use wasm_metadata::Producers;
use wasmparser::Payload;
use wit_component::ComponentEncoder;

/// Makes the component. What is around the module is validated here if it is to be; the module itself was by the merge.
pub fn of(merged: Merged, validate: bool) -> Result<Vec<u8>> {
    let Merged { wasm, skeleton, wit, .. } = merged;
    let component = encode(&[&skeleton[..], &wit].concat(), validate)?;
    let Some((section, contents)) = find(&component, &skeleton)? else {
        // wit-component changes a module that imports the same function twice, so it has to have all of it.
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

/// Where the section begins that holds a module, and where the module is, to which only sections have been added.
fn find(component: &[u8], module: &[u8]) -> Result<Option<(usize, Range<usize>)>> {
    let found = outermost(component)?.into_iter().find_map(|(section, payload)| {
        let Payload::ModuleSection { unchecked_range, .. } = payload else { return None };
        let range = unchecked_range.start as usize..unchecked_range.end as usize;
        component.get(range.clone())?.starts_with(module).then_some((section.start, range))
    });
    Ok(found)
}
