//! Checks that a component does not import what is denied.

use super::{Capability, Denied};
use crate::names::quoted;
use anyhow::{Context, Result, bail};
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
    let functions = imports.flat_map(|item| functions(&resolve, item));
    let found: Vec<_> = functions
        .filter(|(interface, name)| Capability::of_import(interface, name).is_some_and(|it| denied.has(it)))
        .map(|(interface, name)| format!("\n  {} of {}", quoted(&name), quoted(&interface)))
        .collect();
    if found.is_empty() {
        return Ok(());
    }
    bail!("it would import what is denied:{}", found.concat())
}

fn functions(resolve: &Resolve, item: &WorldItem) -> Vec<(String, String)> {
    let WorldItem::Interface { id, .. } = item else { return Vec::new() };
    let interface = resolve.id_of(*id).unwrap_or_default();
    resolve.interfaces[*id].functions.keys().map(|name| (interface.clone(), name.clone())).collect()
}
