//! Describes the imports and exports of components in the text form of WIT.

use crate::plan::wit_text;
use std::collections::BTreeMap;
use wit_component::{DecodedWasm, decode};
use wit_parser::{Resolve, World, WorldItem, WorldKey};

/// In which functions the export of one component differs from the import of another. Differences in types that have
/// names are none here.
pub fn differences(importer: &[u8], import: &str, exporter: &[u8], export: &str) -> Vec<String> {
    let expected = functions(importer, import, |world| world.imports.iter().collect());
    let found = functions(exporter, export, |world| world.exports.iter().collect());
    let difference = |(name, expected): (&String, &String)| match found.get(name) {
        Some(found) if found == expected => None,
        Some(found) => Some(format!("expected `{expected}`, found `{found}`")),
        None => Some(format!("expected `{expected}`, found no such function")),
    };
    expected.iter().filter_map(difference).collect()
}

type Items<'a> = Vec<(&'a WorldKey, &'a WorldItem)>;

/// The functions that a component imports or exports under a name: those of an interface, or the one.
fn functions(component: &[u8], name: &str, items: impl Fn(&World) -> Items<'_>) -> BTreeMap<String, String> {
    let Ok(DecodedWasm::Component(resolve, world)) = decode(component) else { return BTreeMap::new() };
    let items = items(&resolve.worlds[world]);
    let Some((_, item)) = items.into_iter().find(|(key, _)| resolve.name_world_key(key) == name) else {
        return BTreeMap::new();
    };
    let text = |function: &wit_parser::Function, resolve: &Resolve| {
        (function.name.clone(), wit_text::function(resolve, function))
    };
    match item {
        WorldItem::Interface { id, .. } => {
            resolve.interfaces[*id].functions.values().map(|function| text(function, &resolve)).collect()
        }
        WorldItem::Function(function) => BTreeMap::from([text(function, &resolve)]),
        WorldItem::Type { .. } => BTreeMap::new(),
    }
}
