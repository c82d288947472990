//! The sealed data: what a linker has put into the component. It is outside of any memory, and copied from there
//! ([`sealed_read`]).
//!
//! # Safety
//! `sealed_read` gets places that are valid for writes of as many bytes as it copies. The linker makes the data: its offsets
//! are inside of it.
#![allow(unsafe_code)]

use core::mem::MaybeUninit;

use crate::chacha20;
use crate::errno::Result;
use crate::gather::Buffers;
use crate::guest::Buffer;
use crate::intrinsics::sealed_read;

/// A type of values that the data have.
///
/// # Safety
/// Any bytes are a value of it.
pub unsafe trait Plain: Copy {}

// SAFETY: it is an integer, or made of integers.
unsafe impl Plain for u32 {}
// SAFETY: as above.
unsafe impl Plain for u64 {}
// SAFETY: as above.
unsafe impl Plain for chacha20::Start {}

pub fn value<T: Plain>(offset: u32) -> T {
    let mut value = MaybeUninit::<T>::uninit();
    // SAFETY: it is filled with bytes of which any are a value.
    unsafe {
        sealed_read(value.as_mut_ptr().cast(), offset, size_of::<T>());
        value.assume_init()
    }
}

/// Fills a buffer.
pub fn copy(to: Buffer, from: u32) {
    // SAFETY: a buffer is valid for writes.
    unsafe { sealed_read(to.start(), from, to.len()) }
}

/// Bytes that are read as a file is. Reading is cold, for programs that have none.
#[derive(Clone, Copy)]
pub struct Contents {
    pub start: u32,
    pub len: u32,
}

impl Contents {
    /// Fills the buffers from an offset on, as far as the bytes reach.
    #[cold]
    pub fn read(self, offset: u64, buffers: Buffers) -> Result<u32> {
        let mut many = match buffers {
            Buffers::One(buffer) => return Ok(self.fill(offset, buffer) as u32),
            Buffers::Many(many) => many,
        };
        let mut done = 0;
        loop {
            match many.next_run() {
                Ok(Some(run)) => {
                    let read = self.fill(offset.wrapping_add(done), run.buffer());
                    run.scatter(read);
                    done += read as u64;
                    if read < run.buffer().len() {
                        break;
                    }
                }
                Ok(None) => break,
                Err(errno) if done == 0 => return Err(errno),
                Err(_) => break,
            }
        }
        Ok(done as u32)
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

/// Returns whether the data have `text` at a place, and are as long there.
pub fn is(mut from: u32, len: u32, text: &[u8]) -> bool {
    len as usize == text.len()
        && text.chunks(Text::MOST).all(|chunk| {
            let same = Text::read(from, chunk.len()).as_slice() == chunk;
            from += Text::MOST as u32;
            same
        })
}

/// A name, or a part of other text.
pub struct Text {
    bytes: MaybeUninit<[u8; Text::MOST]>,
    len: usize,
}

impl Text {
    /// The most bytes of one, and of a file's name.
    pub const MOST: usize = 255;

    /// Text at a place, at most [`Self::MOST`] bytes.
    #[inline]
    pub fn read(from: u32, len: usize) -> Self {
        let (mut bytes, len) = (MaybeUninit::<[u8; Text::MOST]>::uninit(), len.min(Self::MOST));
        // SAFETY: there is room for so many bytes.
        unsafe { sealed_read(bytes.as_mut_ptr().cast(), from, len) };
        Self { bytes, len }
    }

    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: so many bytes have been read.
        unsafe { core::slice::from_raw_parts(self.bytes.as_ptr().cast(), self.len) }
    }
}
