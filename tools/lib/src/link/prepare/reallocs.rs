//! Unwraps the functions by which the host allocates.
//!
//! If nothing in a program calls `__wasm_call_ctors`, as with the WASI C libraries of 2020 to 2022, linkers treat each
//! export as a run of the program, and wrap it in calls of the constructors and destructors. Destructors flush
//! `stdout`, which is impossible while the host waits for memory.
//!
//! A wrapper is recognised by its code: around a single call it makes the same calls as `_start`.

use super::Prepared;
use super::sections::{Change, change, declaring};
use anyhow::Result;
use std::borrow::Cow;
use std::collections::BTreeMap;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ExportSection, SectionId};
use wasmparser::{Export, ExternalKind, FunctionBody, Operator, Parser, Payload, TypeRef};

const START: &str = "_start";
const REALLOCS: [&str; 4] = ["cabi_realloc", "cabi_realloc_adapter", "cabi_import_realloc", "canonical_abi_realloc"];

/// Returns the module with these functions exported unwrapped.
pub fn with_bare_reallocs(wasm: &[u8]) -> Prepared<'_> {
    let mut index = 0;
    let (mut exports, mut calls) = (Vec::new(), BTreeMap::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    index += u32::from(matches!(import?.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)));
                }
            }
            Payload::ExportSection(section) => {
                exports = section.into_iter().collect::<Result<Vec<_>, _>>()?;
                if !exports.iter().any(is_realloc) {
                    return Ok(Cow::Borrowed(wasm));
                }
                let wanted = exports.iter().filter(|export| is_realloc(export) || is_start(export));
                calls = wanted.map(|export| (export.index, None)).collect();
            }
            Payload::CodeSectionEntry(body) => {
                if let Some(calls) = calls.get_mut(&index) {
                    *calls = CallSequence::of(&body)?;
                }
                index += 1;
            }
            _ => {}
        }
    }
    let calls = |export: &Export<'_>| calls.get(&export.index).and_then(Option::as_ref);
    let Some(start) = exports.iter().find(|export| is_start(export)).and_then(calls) else {
        return Ok(Cow::Borrowed(wasm));
    };
    let (mut wrappers, mut section) = (Vec::new(), ExportSection::new());
    for mut export in exports.iter().copied() {
        if is_realloc(&export)
            && let Some(inner) = calls(&export).and_then(|wrapper| wrapper.inner(start))
        {
            wrappers.push(export.index);
            export.index = inner;
        }
        RoundtripReencoder.parse_export(&mut section, export)?;
    }
    if wrappers.is_empty() {
        return Ok(Cow::Borrowed(wasm));
    }
    let exports: Change = (SectionId::Export, Some(Box::new(section)));
    Ok(Cow::Owned(change(wasm, vec![exports, declaring(wasm, &wrappers)?])?))
}

fn is_start(export: &Export<'_>) -> bool {
    export.kind == ExternalKind::Func && export.name == START
}

fn is_realloc(export: &Export<'_>) -> bool {
    export.kind == ExternalKind::Func && REALLOCS.contains(&export.name)
}

/// The calls of a function that does nothing else, except for passing on its parameters.
struct CallSequence {
    before: Vec<u32>,
    /// The first of these gets the parameters.
    after: Vec<u32>,
}

impl CallSequence {
    fn of(body: &FunctionBody<'_>) -> Result<Option<CallSequence>> {
        let (mut calls, mut params) = (CallSequence { before: Vec::new(), after: Vec::new() }, 0);
        for op in body.get_operators_reader()? {
            match op? {
                Operator::Call { function_index } if params == 0 => calls.before.push(function_index),
                Operator::Call { function_index } => calls.after.push(function_index),
                Operator::LocalGet { local_index } if local_index == params && calls.after.is_empty() => params += 1,
                Operator::End => {}
                _ => return Ok(None),
            }
        }
        Ok(Some(calls))
    }

    /// Returns the function with parameters that this one wraps, if `start` is a wrapper too.
    fn inner(&self, start: &CallSequence) -> Option<u32> {
        let (inner, destructors) = self.after.split_first()?;
        let wrapped = start.before.strip_prefix(self.before.as_slice())?.strip_suffix(destructors)?;
        (wrapped.len() == 1 && start.before.len() > 1).then_some(*inner)
    }
}
