//! Descriptor numbers for a libc that has descriptors of its own, such as sockets, or gives one several numbers. No
//! WASI 0.2 calls.

use crate::errno::{Errno, Result};
use crate::guest::Ptr;
use crate::state::State;
use crate::types::Fd;

/// Reserves the lowest free number. Until it is released, every preview1 call on it fails with `BADF`.
///
/// Errors: `MFILE`.
pub fn adapter_open_badfd(state: &State, result: Ptr<Fd>) -> Result {
    let result = result.check()?;
    result.set(state.reserve()?);
    Ok(())
}

/// Releases a reserved number. Any other stays open if it was.
///
/// Errors: `BADF`.
pub fn adapter_close_badfd(state: &State, fd: Fd) -> Result {
    state.table.release(fd)
}

/// Gives a descriptor another number, the lowest free one that is at least `least`. Both are the same file with one
/// position, which stays open until the last number is closed. The other number of a reserved one is reserved, too.
///
/// Errors: `BADF`, `MFILE`.
pub fn adapter_duplicate(state: &State, fd: Fd, least: u32, result: Ptr<Fd>) -> Result {
    let result = result.check()?;
    result.set(state.duplicate(fd, least)?);
    Ok(())
}

/// Tells which open file a descriptor has: the handle of its `descriptor`, by which numbers with one file and position
/// know each other, and the count of these numbers. The handle stays the adapter's.
///
/// Errors: `BADF`, `INVAL` for a standard stream, which has no such handle.
pub fn adapter_description(state: &State, fd: Fd, handle: Ptr<u32>, numbers: Ptr<u32>) -> Result {
    let (handle, numbers) = (handle.check()?, numbers.check()?);
    handle.set(state.get(fd)?.as_file().ok_or(Errno::INVAL)?.handle.handle());
    numbers.set(state.table.numbers_of(fd));
    Ok(())
}
