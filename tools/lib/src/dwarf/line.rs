//! Rewrites the line number programs of `.debug_line`. Distances between rows change, so instructions that advance the
//! address are replaced; all others are copied.

use anyhow::{Context, Result, bail};
use gimli::constants as dw;
use gimli::{DebugLine, DebugLineOffset, LittleEndian, SectionId};

use super::code_map::CodeMap;
use super::cursor::{Cursor, uleb};
use super::edit::Edits;

/// Rewrites all programs of the section.
pub fn rewrite(section: &mut Edits<'_>, code: &CodeMap) -> Result<()> {
    let mut cursor = Cursor::new(section.bytes, 0);
    while !cursor.is_at_end() {
        let start = cursor.at;
        let (format, end) = cursor.length()?;
        section.length(SectionId::DebugLine, format.word_size() as usize, cursor.at..end);
        program(section, code, start).with_context(|| format!("the line program at {start:#x}"))?;
        cursor.at = end;
    }
    Ok(())
}

fn program(section: &mut Edits<'_>, code: &CodeMap, start: usize) -> Result<()> {
    let whole = DebugLine::new(section.bytes, LittleEndian);
    let program = whole.program(DebugLineOffset(start), 4, None, None)?;
    let header = program.header();
    if header.minimum_instruction_length() != 1 || header.maximum_operations_per_instruction() != 1 {
        bail!("its instructions are not counted in bytes");
    }
    let old = header.raw_program_buf();
    let at = old.slice().as_ptr() as usize - section.bytes.as_ptr() as usize;
    let mut machine = Machine {
        code,
        line_range: header.line_range(),
        opcode_base: header.opcode_base(),
        lengths: header.standard_opcode_lengths().slice(),
        new: Vec::with_capacity(old.len()),
        address: Addresses::default(),
    };
    let mut cursor = Cursor::new(old.slice(), 0);
    while !cursor.is_at_end() {
        let start = cursor.at;
        machine.instruction(&mut cursor, start, old.slice())?;
    }
    section.replace(at..at + old.len(), &machine.new);
    Ok(())
}

struct Machine<'a> {
    code: &'a CodeMap,
    line_range: u8,
    opcode_base: u8,
    /// The number of operands of each standard opcode.
    lengths: &'a [u8],
    new: Vec<u8>,
    address: Addresses,
}

/// The address in the old program and in the new one.
#[derive(Default)]
struct Addresses {
    old: u64,
    new: u64,
    /// True if the sequence describes code that exists; other sequences keep their addresses.
    maps: bool,
}

impl Machine<'_> {
    fn instruction(&mut self, cursor: &mut Cursor<'_>, start: usize, old: &[u8]) -> Result<()> {
        let opcode = cursor.u8()?;
        if opcode >= self.opcode_base {
            let adjusted = opcode - self.opcode_base;
            self.address.old = self.address.old.wrapping_add((adjusted / self.line_range).into());
            return self.special(adjusted % self.line_range);
        }
        match dw::DwLns(opcode) {
            dw::DwLns(0) => return self.extended(cursor, start, old),
            dw::DW_LNS_advance_pc => return self.pass(cursor.uleb()?),
            dw::DW_LNS_fixed_advance_pc => return self.pass(cursor.u16()?.into()),
            dw::DW_LNS_const_add_pc => return self.pass(((255 - self.opcode_base) / self.line_range).into()),
            dw::DW_LNS_copy => self.advance()?,
            _ => {
                for _ in 0..self.lengths.get(usize::from(opcode) - 1).copied().unwrap_or(0) {
                    cursor.uleb()?;
                }
            }
        }
        self.new.extend_from_slice(&old[start..cursor.at]);
        Ok(())
    }

    fn extended(&mut self, cursor: &mut Cursor<'_>, start: usize, old: &[u8]) -> Result<()> {
        let len = cursor.uleb()?;
        let mut contents = Cursor::new(cursor.bytes(usize::try_from(len)?)?, 0);
        match if len == 0 { dw::DwLne(0) } else { dw::DwLne(contents.u8()?) } {
            dw::DW_LNE_set_address if len == 5 => {
                let old = contents.u32()?;
                let new = self.code.get(old.into());
                self.address = Addresses { old: old.into(), new: new.unwrap_or(old).into(), maps: new.is_some() };
                self.new.extend_from_slice(&[0, 5, dw::DW_LNE_set_address.0]);
                self.new.extend_from_slice(&new.unwrap_or(old).to_le_bytes());
                return Ok(());
            }
            dw::DW_LNE_set_address => bail!("an address has {} bytes", len - 1),
            dw::DW_LNE_end_sequence => {
                self.advance()?;
                self.address = Addresses::default();
            }
            _ => {}
        }
        self.new.extend_from_slice(&old[start..cursor.at]);
        Ok(())
    }

    /// Advances the address in the old program.
    fn pass(&mut self, by: u64) -> Result<()> {
        self.address.old = self.address.old.wrapping_add(by);
        Ok(())
    }

    /// Returns the distance that the new program must advance to catch up with the old one.
    fn due(&mut self) -> Result<u64> {
        let Addresses { old, new, maps } = self.address;
        let target = if maps { self.code.get(old).context("a row is in no function")?.into() } else { old };
        self.address.new = target;
        target.checked_sub(new).context("its addresses do not ascend")
    }

    fn advance(&mut self) -> Result<()> {
        let due = self.due()?;
        self.advance_by(due);
        Ok(())
    }

    fn advance_by(&mut self, by: u64) {
        if by > 0 {
            self.new.push(dw::DW_LNS_advance_pc.0);
            self.new.extend_from_slice(&uleb(by));
        }
    }

    /// Appends the row of a special opcode, with a line advance of `line` above the minimum.
    fn special(&mut self, line: u8) -> Result<()> {
        let due = self.due()?;
        let opcode = |by: u64| {
            let adjusted = by.checked_mul(self.line_range.into())?.checked_add(line.into())?;
            u8::try_from(adjusted.checked_add(self.opcode_base.into())?).ok()
        };
        if let Some(opcode) = opcode(due) {
            self.new.push(opcode);
            return Ok(());
        }
        let plain = opcode(0).context("a special opcode out of range")?;
        let constant = u64::from((255 - self.opcode_base) / self.line_range);
        match due.checked_sub(constant).and_then(opcode) {
            Some(opcode) if self.opcode_base > dw::DW_LNS_const_add_pc.0 => {
                self.new.extend_from_slice(&[dw::DW_LNS_const_add_pc.0, opcode]);
            }
            _ => {
                self.advance_by(due);
                self.new.push(plain);
            }
        }
        Ok(())
    }
}
