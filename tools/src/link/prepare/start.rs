//! Lets a module's start function run when the adapter is there.
//!
//! On a preview1 host the start function may call WASI. In a component the module comes before its adapters, and such a
//! call would trap. `_initialize` is called when everything is there and before anything else of the module, so
//! that is what becomes of the start function.

use super::sections::{Change, change, declaring};
use super::{Prepared, debug};
use crate::dwarf::{CodeMap, Recorder, Written};
use anyhow::{Context, Result};
use std::borrow::Cow;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{CodeSection, ExportKind, ExportSection, Function, FunctionSection, SectionId};
use wasmparser::{ExternalKind, Parser, Payload, TypeRef};

const INITIALIZE: &str = "_initialize";

/// The module without a start function: its `_initialize` calls it instead. What is left out is added to `losses`.
pub fn as_initialize<'a>(wasm: &'a [u8], losses: &mut Vec<String>) -> Prepared<'a> {
    let found = Found::of(wasm)?;
    let Some(start) = found.start else { return Ok(Cow::Borrowed(wasm)) };
    let mut changes: Vec<Change> = vec![(SectionId::Start, None)];
    let mut moved = None;
    let initialize = match found.initialize {
        None => start,
        Some(initialize) => {
            let (functions, code, map) = found.with_function_calling(wasm, start, initialize)?;
            changes.push((SectionId::Function, Some(Box::new(functions))));
            changes.push((SectionId::Code, Some(Box::new(code))));
            changes.push(declaring(wasm, &[initialize])?);
            moved = Some(map);
            found.imported_types.len() as u32 + found.defined_types.len() as u32
        }
    };
    let mut exports = found.other_exports;
    exports.export(INITIALIZE, ExportKind::Func, initialize);
    changes.push((SectionId::Export, Some(Box::new(exports))));
    let wasm = change(wasm, changes)?;
    Ok(Cow::Owned(match moved {
        Some(code) => debug::follow(wasm, &code, losses)?,
        None => wasm,
    }))
}

/// What a module has of functions.
struct Found {
    start: Option<u32>,
    initialize: Option<u32>,
    /// The types of functions, by index.
    imported_types: Vec<u32>,
    defined_types: Vec<u32>,
    /// All exports but `_initialize`.
    other_exports: ExportSection,
}

impl Found {
    fn of(wasm: &[u8]) -> Result<Found> {
        let mut found = Found {
            start: None,
            initialize: None,
            imported_types: Vec::new(),
            defined_types: Vec::new(),
            other_exports: ExportSection::new(),
        };
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        if let TypeRef::Func(ty) | TypeRef::FuncExact(ty) = import?.ty {
                            found.imported_types.push(ty);
                        }
                    }
                }
                Payload::FunctionSection(section) => {
                    for ty in section {
                        found.defined_types.push(ty?);
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export?;
                        if export.name == INITIALIZE {
                            found.initialize = (export.kind == ExternalKind::Func).then_some(export.index);
                        } else {
                            RoundtripReencoder.parse_export(&mut found.other_exports, export)?;
                        }
                    }
                }
                Payload::StartSection { func, .. } => found.start = Some(func),
                _ => {}
            }
        }
        Ok(found)
    }

    /// The module's functions and their code, and one more function that calls two of them. The number of functions may
    /// be longer than before: where all code has gone comes last.
    fn with_function_calling(
        &self,
        wasm: &[u8],
        first: u32,
        second: u32,
    ) -> Result<(FunctionSection, CodeSection, CodeMap)> {
        // Both take and give nothing, and so does the new one: it has the type of the first.
        let ty = self.imported_types.iter().chain(&self.defined_types).nth(first as usize);
        let mut functions = FunctionSection::new();
        for ty in self.defined_types.iter().chain([ty.context("the start function does not exist")?]) {
            functions.function(*ty);
        }
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
        let mut body = Function::new([]);
        body.instructions().call(first).call(second).end();
        code.function(&body);
        let map = recorder.finish(contents, code.len());
        Ok((functions, code, map))
    }
}
