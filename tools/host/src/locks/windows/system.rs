//! The calls of the system. None waits for a lock but [`Turn::of`].
//!
//! # Safety
//! `LockFileEx` and `UnlockFileEx` get the handle of a file that stays open during the call, and a structure of this frame.
//! No file is opened for overlapped calls, so nothing refers to the structure afterwards.
#![allow(unsafe_code)]

use std::fs::File;
use std::io::Error;
use std::os::windows::io::AsRawHandle as _;

use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_INVALID_FUNCTION, ERROR_INVALID_PARAMETER, ERROR_LOCK_VIOLATION,
    ERROR_NO_SYSTEM_RESOURCES, ERROR_NOT_ENOUGH_MEMORY, ERROR_NOT_SUPPORTED,
};
use windows_sys::Win32::Storage::FileSystem::{
    LOCK_FILE_FLAGS, LOCKFILE_EXCLUSIVE_LOCK, LOCKFILE_FAIL_IMMEDIATELY, LockFileEx, UnlockFileEx,
};
use windows_sys::Win32::System::IO::OVERLAPPED;

use super::Range;
use crate::locks::{ErrorCode, Kind, Outcome};

/// Takes a lock, which must not overlap those of the open file, but that a shared one may.
pub fn lock(file: &File, kind: Kind, range: Range) -> Outcome {
    call(file, range, LOCKFILE_FAIL_IMMEDIATELY | flags(kind))
}

/// Releases the lock that has these bytes, and of an exclusive and a shared one the first.
pub fn unlock(file: &File, range: Range) {
    let (mut at, [low, high]) = place(range);
    // SAFETY: see the head of this file.
    let done = unsafe { UnlockFileEx(file.as_raw_handle(), 0, low, high, &raw mut at) };
    debug_assert_ne!(done, 0, "the lock was taken");
}

pub fn is_free(file: &File, kind: Kind, range: Range) -> Outcome<bool> {
    match lock(file, kind, range) {
        Ok(()) => {
            unlock(file, range);
            Ok(true)
        }
        Err(ErrorCode::WouldBlock) => Ok(false),
        Err(code) => Err(code),
    }
}

/// Keeps all other holders on the file, of other processes, too, from changing what they have.
pub struct Turn<'a>(&'a File);

impl<'a> Turn<'a> {
    /// Not even programs that lock all of a file lock this byte: they give the greatest length, from 0.
    const BYTE: Range = Range::byte(u64::MAX);

    /// Waits for it. Nobody has it for long.
    pub fn of(file: &'a File) -> Outcome<Self> {
        call(file, Self::BYTE, flags(Kind::Exclusive))?;
        Ok(Self(file))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        unlock(self.0, Self::BYTE);
    }
}

fn call(file: &File, range: Range, flags: LOCK_FILE_FLAGS) -> Outcome {
    let (mut at, [low, high]) = place(range);
    // SAFETY: see the head of this file.
    match unsafe { LockFileEx(file.as_raw_handle(), flags, 0, low, high, &raw mut at) } {
        0 => Err(code(&Error::last_os_error())),
        _ => Ok(()),
    }
}

fn flags(kind: Kind) -> LOCK_FILE_FLAGS {
    match kind {
        Kind::Shared => 0,
        Kind::Exclusive => LOCKFILE_EXCLUSIVE_LOCK,
    }
}

/// The structure in which the calls find the offset, and the halves of the length, the lower one first.
fn place(range: Range) -> (OVERLAPPED, [u32; 2]) {
    let halves = |number: u64| [number as u32, (number >> 32) as u32];
    let mut at = OVERLAPPED::default();
    [at.Anonymous.Anonymous.Offset, at.Anonymous.Anonymous.OffsetHigh] = halves(range.first);
    (at, halves(range.last - range.first + 1))
}

fn code(error: &Error) -> ErrorCode {
    match error.raw_os_error().map(i32::cast_unsigned) {
        Some(ERROR_LOCK_VIOLATION) => ErrorCode::WouldBlock,
        Some(ERROR_ACCESS_DENIED) => ErrorCode::Access,
        Some(ERROR_NOT_ENOUGH_MEMORY | ERROR_NO_SYSTEM_RESOURCES) => ErrorCode::NoLock,
        Some(ERROR_INVALID_FUNCTION | ERROR_INVALID_PARAMETER | ERROR_NOT_SUPPORTED) => ErrorCode::Unsupported,
        _ => ErrorCode::Io,
    }
}
