//! Appends functions to a module.

use super::debug;
use super::sections::{Change, change};
use crate::dwarf::{CodeMap, Recorder, Written};
use anyhow::Result;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{CodeSection, Function, FunctionSection, SectionId, TypeSection};
use wasmparser::{CompositeInnerType, FuncType, Parser, Payload, RecGroup};

/// A function to be appended.
pub struct Appended {
    pub ty: FuncType,
    pub body: Function,
}

/// Returns the module with these functions appended, and with other changes made. Losses are added to `losses`.
pub fn append(
    wasm: &[u8],
    appended: Vec<Appended>,
    mut changes: Vec<Change>,
    losses: &mut Vec<String>,
) -> Result<Vec<u8>> {
    let (mut types, mut plain, mut functions) = (TypeSection::new(), Vec::new(), FunctionSection::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::TypeSection(section) => {
                for group in section.clone() {
                    plain.extend(plain_types(group?));
                }
                RoundtripReencoder.parse_type_section(&mut types, section)?;
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    functions.function(ty?);
                }
            }
            _ => {}
        }
    }
    let mut bodies = Vec::new();
    for Appended { ty, body } in appended {
        let index = plain.iter().position(|plain| plain.as_ref() == Some(&ty));
        let index = match index {
            Some(index) => index,
            None => {
                types.ty().func_type(&RoundtripReencoder.func_type(ty.clone())?);
                plain.push(Some(ty));
                plain.len() - 1
            }
        };
        functions.function(index as u32);
        bodies.push(body);
    }
    let (code, map) = code(wasm, &bodies)?;
    changes.push((SectionId::Type, Some(Box::new(types))));
    changes.push((SectionId::Function, Some(Box::new(functions))));
    changes.push((SectionId::Code, Some(Box::new(code))));
    debug::follow(change(wasm, changes)?, &map, losses)
}

/// Returns, for each type of a group, its function type if it is final and outside of any recursion group: callers that
/// refer to a function's type mean that.
pub fn plain_types(group: RecGroup) -> Vec<Option<FuncType>> {
    let types: Vec<_> = group.into_types().collect();
    let is_alone = types.len() == 1;
    let plain = |ty: wasmparser::SubType| match ty.composite_type.inner {
        CompositeInnerType::Func(func) if is_alone && ty.is_final && ty.supertype_idxs.is_empty() => Some(func),
        _ => None,
    };
    types.into_iter().map(plain).collect()
}

/// Returns the module's code with functions appended, and the map of code offsets: the encoded number of functions may
/// have become longer.
fn code(wasm: &[u8], bodies: &[Function]) -> Result<(CodeSection, CodeMap)> {
    let (mut code, mut recorder, mut start) = (CodeSection::new(), Recorder::default(), 0);
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::CodeSectionStart { unchecked_range, size, .. } => {
                recorder = Recorder::new(unchecked_range.start);
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
    for body in bodies {
        code.function(body);
    }
    let map = recorder.finish(code.len());
    Ok((code, map))
}
