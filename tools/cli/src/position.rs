//! Finds the position, in a text file, of the instruction that makes the module invalid. Validation only knows
//! positions in the binary.

use std::path::Path;
use wasi_adapt::LinkError;
use wasmparser::{BinaryReaderError, Parser, Payload, Validator, WasmFeatures};
use wast::Wat;
use wast::core::{FuncKind, ModuleField, ModuleKind};
use wast::parser::{self, ParseBuffer};

/// Validates what has been made of a text; an error begins with the file, line and column if these are known.
pub fn validate(path: &Path, text: &[u8], wasm: &[u8]) -> Result<(), LinkError> {
    let Err(error) = Validator::new_with_features(WasmFeatures::all()).validate_all(wasm) else { return Ok(()) };
    let cause = match position(text, wasm, &error) {
        Some((line, column)) => format!("{}:{}:{}: {}", path.display(), line + 1, column + 1, error.message()),
        None => error.to_string(),
    };
    Err(LinkError::Invalid(cause.into()))
}

/// Line and column, from 0, of the instruction at which validation failed.
fn position(text: &[u8], wasm: &[u8], error: &BinaryReaderError) -> Option<(usize, usize)> {
    let (func, instruction) = instruction_at(wasm, error.offset())?;
    let text = str::from_utf8(text).ok()?;
    let mut buffer = ParseBuffer::new(text).ok()?;
    buffer.track_instr_spans(true);
    let Ok(Wat::Module(module)) = parser::parse::<Wat<'_>>(&buffer) else { return None };
    let ModuleKind::Text(fields) = &module.kind else { return None };
    let bodies = fields.iter().filter_map(|field| match field {
        ModuleField::Func(func) => match &func.kind {
            FuncKind::Inline { expression, .. } => Some((func.span, expression)),
            FuncKind::Import(..) => None,
        },
        _ => None,
    });
    let (whole, expression) = bodies.into_iter().nth(func)?;
    let span = expression.instr_spans.as_ref().and_then(|spans| spans.get(instruction).copied());
    Some(span.unwrap_or(whole).linecol_in(text)) // The `end` of a function is not written.
}

/// The function with a body, counted from the first, and its instruction that is at a place in a binary.
fn instruction_at(wasm: &[u8], offset: u64) -> Option<(usize, usize)> {
    let bodies = Parser::new(0).parse_all(wasm).filter_map(|payload| match payload {
        Ok(Payload::CodeSectionEntry(body)) => Some(body),
        _ => None,
    });
    let (func, body) = bodies.enumerate().find(|(_, body)| body.range().contains(&offset))?;
    let starts = body.get_operators_reader().ok()?.into_iter_with_offsets();
    Some((
        func,
        starts.map_while(|item| Some(item.ok()?.1)).take_while(|start| *start <= offset).count().checked_sub(1)?,
    ))
}
