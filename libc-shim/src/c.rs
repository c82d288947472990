//! The edge to C: results, pointers and structures.
//!
//! # Safety
//! A caller promises that a pointer leads to what the standards say, and that nothing else uses that during the call. Only
//! null is checked, because a caller may pass it on purpose.
#![allow(unsafe_code)]

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::ffi::CStr;

use crate::errno::{Errno, Result};

unsafe extern "C" {
    /// The C library's own. Not by `__errno_location`, which the older ones lack: there is one thread, so it has an address.
    #[link_name = "errno"]
    static mut ERRNO: i32;
}

/// The value that a C function returns for `result`; an error is in `errno`.
pub fn return_value<T: From<i8>>(result: Result<T>) -> T {
    result.unwrap_or_else(|errno| {
        set_errno(errno);
        T::from(-1)
    })
}

pub fn set_errno(errno: Errno) {
    // SAFETY: C declares it like this, and nothing else runs.
    unsafe { ERRNO = errno.0.into() };
}

/// The error of the C library's function that has just failed.
pub fn errno() -> Errno {
    // SAFETY: as above.
    Errno(unsafe { ERRNO } as u16)
}

pub fn get<T: Copy>(from: *const T) -> Result<T> {
    if from.is_null() {
        return Err(Errno::FAULT);
    }
    // SAFETY: see the head of this file. C may align less than Rust does.
    Ok(unsafe { from.read_unaligned() })
}

pub fn put<T>(to: *mut T, value: T) -> Result {
    if to.is_null() {
        return Err(Errno::FAULT);
    }
    // SAFETY: as above.
    unsafe { to.write_unaligned(value) };
    Ok(())
}

pub fn slice<'a, T>(start: *const T, len: usize) -> Result<&'a [T]> {
    match (start.is_null(), len) {
        (_, 0) => Ok(&[]),
        (true, _) => Err(Errno::FAULT),
        // SAFETY: as above.
        _ => Ok(unsafe { core::slice::from_raw_parts(start, len) }),
    }
}

pub fn slice_mut<'a, T>(start: *mut T, len: usize) -> Result<&'a mut [T]> {
    match (start.is_null(), len) {
        (_, 0) => Ok(&mut []),
        (true, _) => Err(Errno::FAULT),
        // SAFETY: as above.
        _ => Ok(unsafe { core::slice::from_raw_parts_mut(start, len) }),
    }
}

/// The text at `start`, if there is one.
pub fn text<'a>(start: *const u8) -> Option<&'a CStr> {
    // SAFETY: as above: text ends with a zero.
    (!start.is_null()).then(|| unsafe { CStr::from_ptr(start.cast()) })
}

/// Takes the next variadic argument. On this target a variadic function gets the address of a list of them.
pub fn variadic<T: Copy>(arguments: *const T) -> Result<T> {
    get(arguments)
}

/// `struct iovec`, and its like in preview1.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Iovec {
    pub start: *mut u8,
    pub len: usize,
}

/// `struct timeval`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Timeval {
    pub sec: i64,
    pub usec: i64,
}

/// `struct timespec`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Timespec {
    pub sec: i64,
    pub nsec: i32,
}

/// The parts of the buffers that lie behind their first `offset` bytes.
fn behind(buffers: &[Iovec], mut offset: usize) -> impl Iterator<Item = Iovec> {
    buffers.iter().filter_map(move |buffer| {
        let skipped = offset.min(buffer.len);
        offset -= skipped;
        let len = buffer.len - skipped;
        (len > 0).then(|| Iovec { start: buffer.start.wrapping_add(skipped), len })
    })
}

/// The part of the buffers behind their first `offset` bytes, if it is in one piece.
pub fn last<'a>(buffers: &[Iovec], offset: usize) -> Result<Option<&'a mut [u8]>> {
    let mut parts = behind(buffers, offset);
    match (parts.next(), parts.next()) {
        (Some(part), None) => Ok(Some(slice_mut(part.start, part.len)?)),
        _ => Ok(None),
    }
}

/// Puts `bytes` one after another into the buffers, behind their first `offset` bytes, and returns how many fit.
pub fn scatter(buffers: &[Iovec], offset: usize, mut bytes: &[u8]) -> Result<usize> {
    let mut total = 0;
    for buffer in behind(buffers, offset) {
        let len = buffer.len.min(bytes.len());
        slice_mut(buffer.start, len)?.copy_from_slice(&bytes[..len]);
        (bytes, total) = (&bytes[len..], total + len);
    }
    Ok(total)
}

/// The bytes in the buffers behind the first `offset`, `max` at most: those of one buffer where they lie, those of many
/// together.
pub fn gather(buffers: &[Iovec], offset: usize, max: usize) -> Result<Cow<'_, [u8]>> {
    let mut parts = behind(buffers, offset).peekable();
    let Some(first) = parts.next() else { return Ok(Cow::Borrowed(&[])) };
    if first.len >= max || parts.peek().is_none() {
        return Ok(Cow::Borrowed(slice(first.start, first.len.min(max))?));
    }
    gathered(buffers, offset, max).map(Cow::Owned)
}

/// The same in a list of their own.
pub fn gathered(buffers: &[Iovec], offset: usize, max: usize) -> Result<Vec<u8>> {
    let mut all = Vec::new();
    all.try_reserve_exact(max.min(total(buffers) - offset)).map_err(|_| Errno::NOMEM)?;
    for part in behind(buffers, offset) {
        all.extend_from_slice(slice(part.start, part.len.min(max - all.len()))?);
    }
    Ok(all)
}

/// The total length of the buffers.
pub fn total(buffers: &[Iovec]) -> usize {
    buffers.iter().fold(0, |sum, buffer| sum.saturating_add(buffer.len))
}
