//! The top-level sections of a module or component, without those of nested ones.

use anyhow::{Context, Result};
use std::ops::Range;
use wasmparser::{Chunk, Parser, Payload};

/// Returns each top-level section with its range, header included. Function bodies and the contents of nested modules
/// and components are skipped.
pub fn top_level_sections(wasm: &[u8]) -> Result<Vec<(Range<usize>, Payload<'_>)>> {
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

/// Returns the bytes after a section, of which perhaps only the header was read.
fn rest(wasm: &[u8], end: usize) -> Result<&[u8]> {
    wasm.get(end..).context("a section is longer than the file")
}
