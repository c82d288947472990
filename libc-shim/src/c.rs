//! The edge to C: how a function of the C library is written, and what its pointers point to.
//!
//! # Safety
//! What a pointer from C points to is what the standards say that it is, and is no one else's for the time of the call;
//! the caller promises that by calling. Only null is checked, because it is what a caller can mean.
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

/// What a C function returns for `result`; an error is in `errno`.
pub fn answer<T: From<i8>>(result: Result<T>) -> T {
    result.unwrap_or_else(|errno| {
        set_errno(errno);
        T::from(-1)
    })
}

pub fn set_errno(errno: Errno) {
    // SAFETY: C declares it like this, and nothing else runs.
    unsafe { ERRNO = errno.0.into() };
}

/// Defines C functions. A body is what fails with an `errno`; the function returns -1 then.
///
/// Each has two names. The one that is this library's own is for programs compiled with its headers: they get it even where
/// the linker looks into the C library first. Under the C name the function gives way (the build makes it weak).
macro_rules! c {
    ($(
        $(#[$doc:meta])*
        fn $name:ident($($argument:ident: $type:ty),* $(,)?) -> $result:ty $body:block
    )*) => {$(
        $(#[$doc])*
        // Unsafe only because the name could clash with another's, and the linker would say so.
        #[allow(unsafe_code)]
        #[unsafe(no_mangle)]
        extern "C" fn $name($($argument: $type),*) -> $result {
            #[allow(unsafe_code)] // as above
            #[unsafe(export_name = concat!("wasi_sockets_", stringify!($name)))]
            extern "C" fn own($($argument: $type),*) -> $result {
                #[inline(always)]
                fn body($($argument: $type),*) -> $crate::errno::Result<$result> $body
                $crate::c::answer(body($($argument),*))
            }
            own($($argument),*)
        }
    )*};
}

pub(crate) use c;

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

/// What the buffers have behind their first `offset` bytes, if that is in one piece.
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

/// How many bytes the buffers hold.
pub fn total(buffers: &[Iovec]) -> usize {
    buffers.iter().fold(0, |sum, buffer| sum.saturating_add(buffer.len))
}
