//! Bytes in the sealed data that are read as a file is.

use crate::errno::{Errno, Result};
use crate::gather::Buffers;
use crate::guest::Buffer;
use crate::io::read_all;
use crate::sealed_data::copy;

/// Their place. Reading is cold, for programs that have none.
#[derive(Clone, Copy)]
pub struct Contents {
    pub start: u32,
    pub len: u32,
}

impl Contents {
    /// Fills the buffers from an offset on, as far as the bytes reach.
    #[cold]
    pub fn read(self, offset: u64, buffers: Buffers) -> Result<u32> {
        read_from(offset, buffers, |offset, buffer| self.fill(offset, buffer))
    }

    fn fill(self, offset: u64, buffer: Buffer) -> usize {
        let left = u64::from(self.len).saturating_sub(offset);
        let part = buffer.until(left.min(buffer.len() as u64) as usize);
        if part.len() > 0 {
            copy(part, self.start + offset as u32);
        }
        part.len()
    }
}

/// Fills the buffers by `fill`, which is given an offset and returns how much there is.
pub fn read_from(mut offset: u64, buffers: Buffers, mut fill: impl FnMut(u64, Buffer) -> usize) -> Result<u32> {
    read_all(buffers, false, |buffer| {
        check_end(offset, buffer.len())?;
        let filled = fill(offset, buffer);
        offset += filled as u64;
        Ok(filled)
    })
}

/// Checks that the end, too, has an offset, which POSIX counts in signed numbers.
pub fn check_end(offset: u64, len: usize) -> Result {
    let end = offset.checked_add(len as u64);
    if end.is_some_and(|end| end <= i64::MAX as u64) { Ok(()) } else { Err(Errno::INVAL) }
}
