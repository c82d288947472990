//! Guest memory: the pointers and buffers that preview1 functions are given, checked before they are used.
//!
//! # Safety
//! The guest's memory is what lies between `guest_base` and the end of the module's memory. Every access first checks
//! that it is in there, so the worst that a wild pointer does is a [`Errno::FAULT`]. All accesses are unaligned.
#![allow(unsafe_code)]

use core::arch::wasm32;
use core::marker::PhantomData;

use crate::answers;
use crate::errno::{Errno, Result};

/// The address in the module's memory of the guest's `len` bytes at `offset`, if they are all inside of it. No bytes
/// may be anywhere.
fn address(offset: u32, len: u64) -> Result<usize> {
    let size = ((wasm32::memory_size::<0>() as u64) << 16) - answers::guest_base() as u64;
    if len > 0 && u64::from(offset) + len > size {
        return Err(Errno::FAULT);
    }
    Ok(answers::guest_base().wrapping_add(offset as usize))
}

/// A guest pointer as the ABI passes it.
#[repr(transparent)]
pub struct Ptr<T>(u32, PhantomData<T>);

impl<T> Clone for Ptr<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Ptr<T> {}

impl<T: Copy> Ptr<T> {
    pub fn cast<U>(self) -> Ptr<U> {
        Ptr(self.0, PhantomData)
    }

    /// Checks the place of a result before the work is done that makes it.
    pub fn check(self) -> Result<Out<T>> {
        Ok(Out(address(self.0, size_of::<T>() as u64)? as *mut T))
    }

    pub fn write(self, value: T) -> Result {
        self.check()?.set(value);
        Ok(())
    }

    pub fn array(self, len: u32) -> Result<Array<T>> {
        let start = address(self.0, u64::from(len) * size_of::<T>() as u64)?;
        Ok(Array { start: start as *mut T, len })
    }
}

impl Ptr<u8> {
    pub fn buffer(self, len: u32) -> Result<Buffer> {
        Ok(Buffer { start: address(self.0, u64::from(len))? as *mut u8, len: len as usize })
    }
}

/// A checked place for one result.
pub struct Out<T>(*mut T);

impl<T: Copy> Out<T> {
    pub fn set(self, value: T) {
        // SAFETY: `Ptr::check` found the place inside guest memory, which never shrinks.
        unsafe { self.0.write_unaligned(value) }
    }
}

/// A checked array of the guest's.
#[derive(Clone, Copy)]
pub struct Array<T> {
    start: *mut T,
    len: u32,
}

impl<T: Copy> Array<T> {
    pub fn len(self) -> u32 {
        self.len
    }

    pub fn get(self, index: u32) -> T {
        debug_assert!(index < self.len);
        // SAFETY: callers stay below `len`, and `Ptr::array` found all of the array inside guest memory.
        unsafe { self.start.add(index as usize).read_unaligned() }
    }

    pub fn set(self, index: u32, value: T) {
        debug_assert!(index < self.len);
        // SAFETY: as for `get`.
        unsafe { self.start.add(index as usize).write_unaligned(value) }
    }

    pub fn iter(self) -> impl Iterator<Item = T> {
        (0..self.len).map(move |index| self.get(index))
    }
}

/// Checked bytes of the guest's. Not a slice: the host writes them, and buffers may overlap.
#[derive(Clone, Copy)]
pub struct Buffer {
    pub start: *mut u8,
    pub len: usize,
}

impl Buffer {
    /// The bytes from `from` on, at most `len` of them.
    pub fn part(self, from: usize, len: usize) -> Self {
        debug_assert!(from <= self.len);
        Self { start: self.start.wrapping_add(from), len: len.min(self.len - from) }
    }

    pub fn as_slice<'a>(self) -> &'a [u8] {
        if self.len == 0 {
            return Default::default();
        }
        // SAFETY: in bounds, and nothing else runs while the adapter does.
        unsafe { core::slice::from_raw_parts(self.start, self.len) }
    }

    /// Writes `byte` to the first place, if there is one, and returns how many places that took.
    pub fn put(self, byte: u8) -> usize {
        if self.len == 0 {
            return 0;
        }
        // SAFETY: in bounds.
        unsafe { self.start.write(byte) }
        1
    }

    /// Takes what a host returned under `Memory::plan_bytes`. A well-behaved host has already put it in place.
    pub fn fill_from_host(self, bytes: &[u8]) -> usize {
        if bytes.as_ptr() == self.start { bytes.len().min(self.len) } else { self.fill(bytes) }
    }

    /// Copies as many of `bytes` as fit and returns how many that are.
    pub fn fill(self, bytes: &[u8]) -> usize {
        let len = bytes.len().min(self.len);
        // SAFETY: both are in bounds; a copy that may overlap is allowed to.
        unsafe { core::ptr::copy(bytes.as_ptr(), self.start, len) }
        len
    }
}

/// The guest's name for an address in its memory.
pub fn offset_of(address: *const u8) -> u32 {
    (address as usize - answers::guest_base()) as u32
}
