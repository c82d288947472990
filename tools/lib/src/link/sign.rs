//! Records the tools that made a module or component, and gives a component the name and annotations of its module.

use crate::program::About;
use crate::top_level::top_level_sections;
use anyhow::Result;
use wasm_encoder::{ComponentNameSection, ComponentSection, CustomSection, SectionId};
use wasm_metadata::Producers;
use wasmparser::Payload;

/// Adds this tool to the `producers` section. No date and no path is included: the same input gives the same bytes.
pub fn sign(wasm: Vec<u8>) -> Result<Vec<u8>> {
    let mut producers = Producers::empty();
    producers.add("processed-by", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    add(wasm, &producers)
}

/// Adds to a component the name and the annotations of its module, which tools look for at a component's root.
pub fn introduce(mut component: Vec<u8>, about: &About) -> Vec<u8> {
    if let Some(name) = &about.name {
        let mut names = ComponentNameSection::new();
        names.component(name);
        names.append_to_component(&mut component);
    }
    for (name, text) in &about.annotations {
        let section = CustomSection { name: name.into(), data: text.as_bytes().into() };
        section.append_to_component(&mut component);
    }
    component
}

/// Merges into the `producers` section in place, because LLVM's tools require it before `target_features`.
///
/// Sections before it are not copied, because they may be large.
pub fn add(mut wasm: Vec<u8>, more: &Producers) -> Result<Vec<u8>> {
    let mut producers = Producers::empty();
    let mut found = None;
    for (range, payload) in top_level_sections(&wasm)? {
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
