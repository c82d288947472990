//! Checks that a component, or the core module that becomes one, does not import what is denied.

use super::{Capability, Denied};
use crate::names::quoted;
use anyhow::{Context, Result, bail};
use wasmparser::{Parser, Payload};
use wit_component::{DecodedWasm, decode};
use wit_parser::{Resolve, WorldItem};

/// Checks a component. An interface that is imported for its types only gives no capability.
///
/// # Errors
/// The functions that it imports and that are denied.
pub fn held(component: &[u8], denied: Denied) -> Result<()> {
    if denied.is_empty() {
        return Ok(());
    }
    let DecodedWasm::Component(resolve, world) = decode(component).context("reading the component's imports")? else {
        bail!("this is no component");
    };
    let imports = resolve.worlds[world].imports.values();
    none_of(imports.flat_map(|item| functions(&resolve, item)), denied)
}

/// Checks a core module that imports WASI 0.2, in the same way.
///
/// # Errors
/// As [`held`].
pub fn held_by_module(module: &[u8], denied: Denied) -> Result<()> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ImportSection(imports) = payload.context("reading the module's imports")? {
            for import in imports.into_imports() {
                let import = import.context("reading the module's imports")?;
                found.push((import.module.to_owned(), import.name.to_owned()));
            }
        }
    }
    none_of(found, denied)
}

fn none_of(functions: impl IntoIterator<Item = (String, String)>, denied: Denied) -> Result<()> {
    let denied = |(interface, name): &(String, String)| {
        Capability::of_import(interface, name).is_some_and(|capability| denied.has(capability))
    };
    let found = functions.into_iter().filter(denied);
    let found: Vec<_> =
        found.map(|(interface, name)| format!("\n  {} of {}", quoted(&name), quoted(&interface))).collect();
    if found.is_empty() { Ok(()) } else { bail!("it would import what is denied:{}", found.concat()) }
}

fn functions(resolve: &Resolve, item: &WorldItem) -> Vec<(String, String)> {
    let WorldItem::Interface { id, .. } = item else { return Vec::new() };
    let interface = resolve.id_of(*id).unwrap_or_default();
    resolve.interfaces[*id].functions.keys().map(|name| (interface.clone(), name.clone())).collect()
}
