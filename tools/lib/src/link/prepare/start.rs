//! Defers a module's start function until the adapter is instantiated.
//!
//! On a preview1 host the start function may call WASI. In a component the module is instantiated before its adapters,
//! and such a call would trap. `_initialize` is called after everything is instantiated and before any other function
//! of the module, so it calls the start function.
//!
//! Callers of `_initialize` and `_start` expect their type to be a final one, outside of any recursion group. If a
//! program declares it differently, it exports a wrapper of the expected type.

use super::Prepared;
use super::append::{Appended, append, plain_types};
use super::sections::{Change, change, declaring};
use anyhow::Result;
use std::borrow::Cow;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ExportKind, ExportSection, Function, SectionId};
use wasmparser::{ExternalKind, FuncType, Parser, Payload, TypeRef};

const INITIALIZE: &str = "_initialize";
const START: &str = "_start";

/// Returns the module without a start function: its `_initialize` calls it instead. Losses are added to `losses`.
pub fn as_initialize<'a>(wasm: &'a [u8], losses: &mut Vec<String>) -> Prepared<'a> {
    let found = Found::of(wasm)?;
    let (mut exports, mut added, mut called) = (found.other_exports.clone(), Vec::new(), Vec::new());
    let initialize = [found.start, found.initialize].into_iter().flatten().collect();
    for (name, calls) in [(INITIALIZE, initialize), (START, Vec::from_iter(found.main))] {
        let function = match calls[..] {
            [] => continue,
            [only] if found.is_plain(only) => only,
            _ => {
                added.push(Appended { ty: FuncType::new([], []), body: calling(&calls) });
                called.extend(calls);
                (found.types.len() + added.len() - 1) as u32
            }
        };
        exports.export(name, ExportKind::Func, function);
    }
    if found.start.is_none() && added.is_empty() {
        return Ok(Cow::Borrowed(wasm));
    }
    let mut changes: Vec<Change> = vec![(SectionId::Start, None), (SectionId::Export, Some(Box::new(exports)))];
    if added.is_empty() {
        return Ok(Cow::Owned(change(wasm, changes)?));
    }
    changes.push(declaring(wasm, &called)?);
    Ok(Cow::Owned(append(wasm, added, changes, losses)?))
}

/// The functions, types and exports of a module.
#[derive(Default)]
struct Found {
    start: Option<u32>,
    initialize: Option<u32>,
    /// The function exported as `_start`.
    main: Option<u32>,
    /// All exports except `_initialize` and `_start`.
    other_exports: ExportSection,
    /// The types of functions, by index.
    types: Vec<u32>,
    /// For each type, whether it is plain.
    plain: Vec<Option<FuncType>>,
}

impl Found {
    fn of(wasm: &[u8]) -> Result<Found> {
        let mut found = Found::default();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::TypeSection(section) => {
                    for group in section {
                        found.plain.extend(plain_types(group?));
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        if let TypeRef::Func(ty) | TypeRef::FuncExact(ty) = import?.ty {
                            found.types.push(ty);
                        }
                    }
                }
                Payload::FunctionSection(section) => {
                    for ty in section {
                        found.types.push(ty?);
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        match (export.kind, export.name) {
                            (ExternalKind::Func, INITIALIZE) => found.initialize = Some(export.index),
                            (ExternalKind::Func, START) => found.main = Some(export.index),
                            (_, INITIALIZE) => {} // Nobody calls it.
                            _ => RoundtripReencoder.parse_export(&mut found.other_exports, export)?,
                        }
                    }
                }
                Payload::StartSection { func, .. } => found.start = Some(func),
                _ => {}
            }
        }
        Ok(found)
    }

    /// Returns whether a function has no parameters and results, and a final type outside of any recursion group, as
    /// the adapter and the component expect.
    fn is_plain(&self, function: u32) -> bool {
        let ty = self.types.get(function as usize).and_then(|ty| self.plain.get(*ty as usize));
        ty.is_some_and(|ty| ty.as_ref().is_some_and(|ty| ty.params().is_empty() && ty.results().is_empty()))
    }
}

/// Returns a function that calls others, one after the other.
fn calling(functions: &[u32]) -> Function {
    let mut body = Function::new([]);
    for function in functions {
        body.instructions().call(*function);
    }
    body.instructions().end();
    body
}
