//! The sections of a module or component itself, without those of what it is made of.

use anyhow::{Context, Result};
use std::ops::Range;
use wasmparser::{Chunk, Parser, Payload};

/// Each section and where it is, its header included. Functions, and what nested modules and components hold, are
/// skipped.
pub fn outermost(wasm: &[u8]) -> Result<Vec<(Range<usize>, Payload<'_>)>> {
    let (mut parser, mut offset, mut sections) = (Parser::new(0), 0, Vec::new());
    while let Chunk::Parsed { consumed, payload } = parser.parse(rest(wasm, offset)?, true)? {
        let mut end = offset + consumed;
        match &payload {
            Payload::CodeSectionStart { size, .. } => {
                parser.skip_section();
                end += *size as usize;
            }
            Payload::ModuleSection { unchecked_range, .. } | Payload::ComponentSection { unchecked_range, .. } => {
                end += (unchecked_range.end - unchecked_range.start) as usize;
            }
            Payload::End(_) => break,
            _ => {}
        }
        rest(wasm, end)?;
        sections.push((offset..end, payload));
        offset = end;
    }
    Ok(sections)
}

/// What follows a section, of which only the header may have been looked at.
fn rest(wasm: &[u8], end: usize) -> Result<&[u8]> {
    wasm.get(end..).context("a section is longer than the file")
}
