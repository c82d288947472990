//! Reads a section byte by byte, for structures of which gimli does not report positions.

use anyhow::{Context, Result};
use gimli::{EndianSlice, Format, LittleEndian, Reader};

pub struct Cursor<'a> {
    bytes: &'a [u8],
    /// The position of the next byte.
    pub at: usize,
}

impl<'a> Cursor<'a> {
    /// Starts reading at `at`.
    pub fn new(bytes: &'a [u8], at: usize) -> Cursor<'a> {
        Cursor { bytes, at }
    }

    pub fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    pub fn bytes(&mut self, len: usize) -> Result<&'a [u8]> {
        let end = self.at.saturating_add(len);
        let bytes = self.bytes.get(self.at..end);
        self.at = end;
        bytes.with_context(|| format!("it ends at offset {:#x}, too early", self.bytes.len()))
    }

    pub fn u8(&mut self) -> Result<u8> {
        Ok(self.bytes(1)?[0])
    }

    pub fn u16(&mut self) -> Result<u16> {
        let bytes = self.bytes(2)?;
        Ok(u16::from_le_bytes([bytes[0], bytes[1]]))
    }

    pub fn u32(&mut self) -> Result<u32> {
        let bytes = self.bytes(4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    pub fn uleb(&mut self) -> Result<u64> {
        let mut rest = EndianSlice::new(self.bytes.get(self.at..).unwrap_or_default(), LittleEndian);
        let before = rest.len();
        let value = rest.read_uleb128()?;
        self.at += before - rest.len();
        Ok(value)
    }

    /// Reads an offset of 4 or 8 bytes.
    pub fn word(&mut self, format: Format) -> Result<usize> {
        let low = self.u32()? as usize;
        let high = if format == Format::Dwarf64 { self.u32()? } else { 0 };
        usize::try_from(u64::from(high) << 32 | low as u64).context("an offset does not fit")
    }

    /// Reads the initial length of a unit or table, and returns its format and its end.
    pub fn length(&mut self) -> Result<(Format, usize)> {
        let first = self.u32()?;
        let (format, len) = match first {
            0xffff_ffff => (Format::Dwarf64, self.word(Format::Dwarf64)?),
            len => (Format::Dwarf32, len as usize),
        };
        let end = self.at.checked_add(len).filter(|end| *end <= self.bytes.len());
        Ok((format, end.with_context(|| format!("a part of {len} bytes is longer than the section"))?))
    }
}

/// Encodes a number as ULEB128.
pub fn uleb(value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    wasm_encoder::Encode::encode(&value, &mut bytes);
    bytes
}
