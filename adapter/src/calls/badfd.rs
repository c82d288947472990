//! Descriptor numbers for a libc that has descriptors of its own, such as sockets, or gives one several numbers. No
//! WASI 0.2 calls.

use crate::descriptor::Descriptor;
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

/// Handles of the host are less, and what is in the component is told by numbers from here on.
const IN_COMPONENT: u32 = 1 << 31;
/// The numbers of the standard streams, before those of files.
const STDIN: u32 = IN_COMPONENT;
const STDOUT: u32 = IN_COMPONENT + 1;
const STDERR: u32 = IN_COMPONENT + 2;
const FILES: u32 = IN_COMPONENT + 3;

/// Tells which open file a descriptor has: an identity, by which numbers with one file and position know each other, and
/// the count of these numbers. Nothing else that is open has the same identity.
///
/// Errors: `BADF`, `NOLCK` if very many are open for which this was asked.
pub fn adapter_description(state: &State, fd: Fd, identity: Ptr<u32>, numbers: Ptr<u32>) -> Result {
    let (identity, numbers) = (identity.check()?, numbers.check()?);
    let descriptor = state.get(fd)?;
    identity.set(match descriptor {
        Descriptor::Input(_) => STDIN,
        Descriptor::Output(output) if output.is_stdout() => STDOUT,
        Descriptor::Output(_) => STDERR,
        _ => match descriptor.as_embedded() {
            Some(opened) => FILES + u32::from(opened.identity(&state.table)?),
            None => descriptor.as_file().ok_or(Errno::BADF)?.handle.handle(),
        },
    });
    numbers.set(state.table.numbers_of(fd));
    Ok(())
}
