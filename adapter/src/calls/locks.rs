//! Locks on files that others see, for a C library that has locks of its own between what is open in the program.
//!
//! | function | calls of `wasi-adapt:locks/advisory` |
//! |---|---|
//! | `adapter_lock_open` | `holder.open` |
//! | `adapter_lock_close` | the drop of a holder |
//! | `adapter_lock_range` | `lock-range`, `unlock-range` |
//! | `adapter_lock_find` | `find` |
//! | `adapter_lock_file` | `lock-file`, `unlock-file` |
//!
//! A component without that interface has nobody to share locks with, and all of them fail with `NOSYS`.
//!
//! # Safety
//! A holder is a handle that `adapter_lock_open` has given to the program. The host checks every handle that it is given.
#![allow(unsafe_code)]

use core::mem::ManuallyDrop;

use crate::bindings::wasi_adapt::locks::advisory::{ErrorCode, Holder, Kind, Lock};
use crate::errno::{Errno, Result};
use crate::guest::Ptr;
use crate::intrinsics::has_locks;
use crate::state::State;
use crate::types::{Fd, FoundLock};

/// Makes a holder for the file of a descriptor. It has no locks yet.
///
/// Errors: `BADF`, `NOLCK`, `NOSYS` for what is not the host's: nobody else sees that.
pub fn adapter_lock_open(state: &State, fd: Fd, result: Ptr<u32>) -> Result {
    let result = result.check()?;
    let descriptor = state.get(fd)?;
    let file = descriptor.as_file().filter(|_| has_locks()).ok_or(Errno::NOSYS)?;
    result.set(Holder::open(&file.handle)?.take_handle());
    Ok(())
}

/// Drops a holder, and with it its locks.
///
/// Errors: `NOSYS`.
pub fn adapter_lock_close(holder: u32) -> Result {
    with(holder, |holder| {
        drop(ManuallyDrop::into_inner(holder));
        Ok(())
    })
}

/// Takes a lock of a kind (0 is shared, 1 exclusive) on the bytes from `first` to `last`, or releases it (2).
///
/// Errors: `AGAIN`, `BADF` if the host may not write what is to be exclusive, `DEADLK`, `INVAL` for another kind, `NOLCK`,
/// `NOSYS`.
pub fn adapter_lock_range(holder: u32, kind: u32, waits: u32, first: u64, last: u64) -> Result {
    with(holder, |holder| match Change::of(kind)? {
        Change::Take(kind) => Ok(holder.lock_range(kind, first, last, waits != 0)?),
        Change::Release => Ok(holder.unlock_range(first, last)?),
    })
}

/// Finds the first lock that keeps the holder from having one.
///
/// Errors: `INVAL` for another kind, `NOSYS`.
pub fn adapter_lock_find(holder: u32, kind: u32, first: u64, last: u64, result: Ptr<FoundLock>) -> Result {
    let result = result.check()?;
    with(holder, |holder| {
        let Change::Take(kind) = Change::of(kind)? else { return Err(Errno::INVAL) };
        result.set(match holder.find(kind, first, last)? {
            Some(Lock { kind, first, last, process }) => {
                FoundLock { found: 1, kind: kind as u32, first, last, process: process.unwrap_or(-1) }
            }
            None => FoundLock { found: 0, kind: 0, first: 0, last: 0, process: 0 },
        });
        Ok(())
    })
}

/// Takes a lock of a kind on the whole file, or releases it, as [`adapter_lock_range`].
///
/// Errors: those of [`adapter_lock_range`].
pub fn adapter_lock_file(holder: u32, kind: u32, waits: u32) -> Result {
    with(holder, |holder| match Change::of(kind)? {
        Change::Take(kind) => Ok(holder.lock_file(kind, waits != 0)?),
        Change::Release => Ok(holder.unlock_file()?),
    })
}

enum Change {
    Take(Kind),
    Release,
}

impl Change {
    fn of(number: u32) -> Result<Self> {
        match number {
            0 => Ok(Self::Take(Kind::Shared)),
            1 => Ok(Self::Take(Kind::Exclusive)),
            2 => Ok(Self::Release),
            _ => Err(Errno::INVAL),
        }
    }
}

/// Works with a holder of the program's, which stays open.
fn with(holder: u32, work: impl FnOnce(ManuallyDrop<Holder>) -> Result) -> Result {
    if !has_locks() {
        return Err(Errno::NOSYS);
    }
    // SAFETY: see the head of this file.
    work(ManuallyDrop::new(unsafe { Holder::from_handle(holder) }))
}

impl From<ErrorCode> for Errno {
    fn from(code: ErrorCode) -> Self {
        match code {
            ErrorCode::WouldBlock => Self::AGAIN,
            ErrorCode::Deadlock => Self::DEADLK,
            ErrorCode::Access => Self::BADF,
            ErrorCode::NoLock => Self::NOLCK,
            ErrorCode::Unsupported => Self::INVAL,
            ErrorCode::Io => Self::IO,
        }
    }
}
