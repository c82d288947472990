//! Rewrites the smaller sections: indexes of entries and of addresses, and macros.

use anyhow::{Context, Result, bail};
use gimli::SectionId;

use super::Moved;
use super::cursor::Cursor;
use super::edit::Edits;

/// Rewrites `.debug_aranges`, which maps addresses to units.
pub fn aranges(section: &mut Edits<'_>, moved: Moved<'_>) -> Result<()> {
    let mut cursor = Cursor::new(section.bytes, 0);
    while !cursor.is_at_end() {
        let (format, end) = cursor.length()?;
        let length = usize::from(format.initial_length_size());
        let start = cursor.at - length;
        cursor.u16()?;
        let at = cursor.at;
        let unit = cursor.word(format)?;
        section.reference(at..cursor.at, SectionId::DebugInfo, 0, unit);
        let (address_size, segment_size) = (cursor.u8()?, cursor.u8()?);
        if (address_size, segment_size) != (4, 0) {
            bail!("its addresses have {address_size} bytes");
        }
        // Pairs are aligned to their size.
        cursor.at = start + (cursor.at - start).next_multiple_of(8);
        while cursor.at < end {
            let at = cursor.at;
            let (address, len) = (cursor.u32()?.into(), cursor.u32()?.into());
            if let (Some(new), Some(len)) = (moved.code.get(address), moved.length(address, len)) {
                section.address(at, new);
                section.address(at + 4, len);
            }
        }
        cursor.at = end;
    }
    Ok(())
}

/// Rewrites `.debug_pubnames` and similar sections, which list the names of entries with their offsets.
pub fn names(section: &mut Edits<'_>) -> Result<()> {
    let mut cursor = Cursor::new(section.bytes, 0);
    while !cursor.is_at_end() {
        let (format, end) = cursor.length()?;
        cursor.u16()?;
        let at = cursor.at;
        let unit = cursor.word(format)?;
        section.reference(at..cursor.at, SectionId::DebugInfo, 0, unit);
        let at = cursor.at;
        let len = cursor.word(format)?;
        section.reference(at..cursor.at, SectionId::DebugInfo, unit, unit.checked_add(len).context("a length")?);
        while cursor.at < end {
            let at = cursor.at;
            let entry = cursor.word(format)?;
            if entry == 0 {
                break;
            }
            let target = unit.checked_add(entry).context("an offset does not fit")?;
            section.reference(at..cursor.at, SectionId::DebugInfo, unit, target);
            while cursor.u8()? != 0 {}
        }
        cursor.at = end;
    }
    Ok(())
}

/// Rewrites `.debug_macro`. `starts` are the tables that units refer to and that have a line number program.
pub fn macros(section: &mut Edits<'_>, starts: &[usize]) -> Result<()> {
    for start in starts {
        let mut cursor = Cursor::new(section.bytes, *start);
        cursor.u16()?;
        let flags = cursor.u8()?;
        let format = if flags & 1 == 0 { gimli::Format::Dwarf32 } else { gimli::Format::Dwarf64 };
        if flags & 2 != 0 {
            let at = cursor.at;
            let line = cursor.word(format)?;
            section.reference(at..cursor.at, SectionId::DebugLine, 0, line);
        }
    }
    Ok(())
}

/// Rewrites the offset tables at the start of `.debug_rnglists` and `.debug_loclists`.
pub fn offsets(section: &mut Edits<'_>, id: SectionId) -> Result<()> {
    let mut cursor = Cursor::new(section.bytes, 0);
    while !cursor.is_at_end() {
        let (format, end) = cursor.length()?;
        section.length(id, usize::from(format.word_size()), cursor.at..end);
        cursor.bytes(4)?;
        let count = cursor.u32()?;
        let base = cursor.at;
        for _ in 0..count {
            let at = cursor.at;
            let offset = cursor.word(format)?;
            section.reference(at..cursor.at, id, base, base.checked_add(offset).context("an offset does not fit")?);
        }
        cursor.at = end;
    }
    Ok(())
}
