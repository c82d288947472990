//! Defers a module's start function until the adapter is instantiated.
//!
//! On a preview1 host the start function may call WASI. In a component the module is instantiated before its adapters,
//! and such a call would trap. `_initialize` is called after everything is instantiated and before any other function
//! of the module, so it calls the start function.
//!
//! Callers of `_initialize` and `_start` expect their type to be a final one, outside of any recursion group. If a
//! program declares it differently, it exports a wrapper of the expected type.

use super::sections::{Change, change, declaring};
use super::{Prepared, debug};
use crate::dwarf::{CodeMap, Recorder, Written};
use anyhow::Result;
use std::borrow::Cow;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{CodeSection, ExportKind, ExportSection, Function, FunctionSection, SectionId, TypeSection};
use wasmparser::{CompositeInnerType, ExternalKind, Parser, Payload, RecGroup, TypeRef};

const INITIALIZE: &str = "_initialize";
const START: &str = "_start";

/// Returns the module without a start function: its `_initialize` calls it instead. Losses are added to `losses`.
pub fn as_initialize<'a>(wasm: &'a [u8], losses: &mut Vec<String>) -> Prepared<'a> {
    let found = Found::of(wasm)?;
    let (mut exports, mut added) = (found.other_exports.clone(), Vec::new());
    let initialize = [found.start, found.initialize].into_iter().flatten().collect();
    for (name, calls) in [(INITIALIZE, initialize), (START, Vec::from_iter(found.main))] {
        let function = match calls[..] {
            [] => continue,
            [only] if found.is_plain(only) => only,
            _ => {
                added.push(calls);
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
    let (code, map) = code_and_functions_calling(wasm, &added)?;
    changes.push((SectionId::Code, Some(Box::new(code))));
    changes.extend(found.functions_of_plain_type(added.len()));
    changes.push(declaring(wasm, &added.concat())?);
    Ok(Cow::Owned(debug::follow(change(wasm, changes)?, &map, losses)?))
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
    /// The types of functions, by index, and how many of these are imported.
    types: Vec<u32>,
    imported: usize,
    /// All types, and of each whether it is that of a function that takes and gives nothing, declared by itself and not to be
    /// extended: what the adapter and the component expect.
    all_types: TypeSection,
    plain: Vec<bool>,
}

impl Found {
    fn of(wasm: &[u8]) -> Result<Found> {
        let mut found = Found::default();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::TypeSection(section) => {
                    for group in section.clone() {
                        found.plain.extend(plain(group?));
                    }
                    RoundtripReencoder.parse_type_section(&mut found.all_types, section)?;
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        if let TypeRef::Func(ty) | TypeRef::FuncExact(ty) = import?.ty {
                            found.types.push(ty);
                        }
                    }
                    found.imported = found.types.len();
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

    fn is_plain(&self, function: u32) -> bool {
        let ty = self.types.get(function as usize);
        ty.and_then(|ty| self.plain.get(*ty as usize)).copied().unwrap_or(false)
    }

    /// The types and functions, and so many functions more.
    fn functions_of_plain_type(mut self, more: usize) -> Vec<Change> {
        let ty = self.plain.iter().position(|plain| *plain).unwrap_or_else(|| {
            self.all_types.ty().function([], []);
            self.plain.len()
        });
        let mut functions = FunctionSection::new();
        for ty in self.types[self.imported..].iter().copied().chain(std::iter::repeat_n(ty as u32, more)) {
            functions.function(ty);
        }
        vec![(SectionId::Type, Some(Box::new(self.all_types))), (SectionId::Function, Some(Box::new(functions)))]
    }
}

/// Returns which types of a group are plain.
fn plain(group: RecGroup) -> Vec<bool> {
    let types: Vec<_> = group.into_types().collect();
    let is_alone = types.len() == 1;
    let is_plain = |ty: wasmparser::SubType| match ty.composite_type.inner {
        CompositeInnerType::Func(func) => {
            is_alone
                && ty.is_final
                && ty.supertype_idxs.is_empty()
                && func.params().is_empty()
                && func.results().is_empty()
        }
        _ => false,
    };
    types.into_iter().map(is_plain).collect()
}

/// The module's code, and functions that each call some; and where it has gone, for the number of functions may be longer
/// than before.
fn code_and_functions_calling(wasm: &[u8], added: &[Vec<u32>]) -> Result<(CodeSection, CodeMap)> {
    let (mut code, mut recorder) = (CodeSection::new(), Recorder::default());
    let (mut contents, mut start) = (0, 0);
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::CodeSectionStart { unchecked_range, size, .. } => {
                contents = unchecked_range.start;
                start = unchecked_range.end.saturating_sub(size.into());
            }
            Payload::CodeSectionEntry(body) => {
                let (old, before) = (body.range(), code.byte_len());
                code.raw(body.as_bytes());
                let after = code.byte_len();
                let within = &[(old.start, after - body.as_bytes().len())];
                recorder.function(Written { start: (start, before), end: (old.end, after), within });
                start = old.end;
            }
            _ => {}
        }
    }
    for calls in added {
        let mut body = Function::new([]);
        for call in calls {
            body.instructions().call(*call);
        }
        body.instructions().end();
        code.function(&body);
    }
    let map = recorder.finish(contents, code.len());
    Ok((code, map))
}
