//! Adds WIT to a module: a world from the user, or one made of the functions that it exports.
//!
//! The result is like the output of a compiler, and the rest of the pipeline treats it so.
//!
//! | file | part |
//! |---|---|
//! | `world.rs` | reads a world |
//! | `functions.rs` | makes a world of a module's functions |
//! | `names.rs` | names of core functions as WIT spells them |

mod functions;
mod names;
mod world;

#[cfg(test)]
mod tests;

use crate::link::{Change, change};
use crate::plan::Problem;
use crate::program::Program;
use crate::{LinkError, Linker};
use anyhow::Result;
use functions::{Functions, functions};
use names::kebab;
use std::borrow::Cow;
use std::collections::BTreeMap;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{CustomSection, ExportKind, ExportSection, Section as _, SectionId};
use wasmparser::{Parser, Payload};

pub use world::WitWorld;

/// A module with its embedded WIT.
pub struct Embedded<'a> {
    pub wasm: Cow<'a, [u8]>,
    pub warnings: Vec<String>,
    pub problems: Vec<Problem>,
}

/// Embeds a linker's WIT in a module.
pub fn embed<'a>(mut wasm: Cow<'a, [u8]>, linker: &Linker) -> Result<Embedded<'a>, LinkError> {
    let mut functions = Functions::default();
    if let Some(world) = &linker.wit {
        add_world(wasm.to_mut(), world);
    }
    if linker.wit.is_some() || linker.export_functions {
        let program = Program::read(&wasm).map_err(LinkError::invalid)?;
        let mut names = spelled_otherwise(&program);
        if linker.export_functions {
            functions = self::functions(&program, &names.values().map(|name| &**name).collect());
        }
        names.append(&mut functions.names);
        let mut changed = with_exports(&wasm, &names).map_err(LinkError::invalid)?;
        if let Some(world) = &functions.world {
            add_world(&mut changed, world);
        }
        wasm = changed.into();
    }
    Ok(Embedded { wasm, warnings: functions.warnings, problems: functions.problems })
}

/// Appends the WIT of a world to a module.
pub fn add_world(wasm: &mut Vec<u8>, WitWorld { metadata }: &WitWorld) {
    CustomSection { name: "component-type".into(), data: metadata.into() }.append_to(wasm);
}

/// Returns the exports of a module's WIT that the module has only in another spelling: `my_function` or `myFunction`
/// for `my-function`, and for one of an interface the same, alone or after the name of the interface.
fn spelled_otherwise(program: &Program<'_>) -> BTreeMap<String, String> {
    let mut spellings = BTreeMap::<String, Vec<&str>>::new();
    for (export, _) in program.func_exports() {
        if let Some(kebab) = kebab(&export.name) {
            spellings.entry(kebab).or_default().push(&export.name);
        }
    }
    let only = |name: &str| match &spellings.get(name)?[..] {
        [only] => Some((*only).to_owned()),
        _ => None,
    };
    let exported = program.wit.exported_functions();
    let unique = |name: &str| exported.iter().filter(|(_, function)| function.name == name).count() == 1;
    let names = exported.iter().filter_map(|(interface, function)| {
        let name = function.legacy_core_export_name(interface.as_deref()).into_owned();
        if program.exports_func(&name) {
            return None;
        }
        let alone = || only(&function.name).filter(|_| unique(&function.name));
        let behind = |interface: &String| {
            let interface = interface.rsplit('/').next()?.split('@').next()?;
            only(&format!("{interface}-{}", function.name))
        };
        Some((name, interface.as_ref().and_then(behind).or_else(alone)?))
    });
    names.collect()
}

/// Returns the module with additional names of exported functions, given as pairs with the existing ones.
fn with_exports(wasm: &[u8], names: &BTreeMap<String, String>) -> Result<Vec<u8>> {
    let (mut exports, mut functions) = (ExportSection::new(), BTreeMap::new());
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::ExportSection(section) = payload? {
            for export in section {
                let export = export?;
                functions.insert(export.name, export.index);
                RoundtripReencoder.parse_export(&mut exports, export)?;
            }
        }
    }
    for (name, function) in names {
        if !functions.contains_key(&**name)
            && let Some(index) = functions.get(&**function)
        {
            exports.export(name, ExportKind::Func, *index);
        }
    }
    let exports: Change = (SectionId::Export, Some(Box::new(exports)));
    change(wasm, vec![exports])
}
