//! Moving the offset, which is the adapter's own.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `fd_seek` | `descriptor.stat` when relative to the end, else none |
//! | `fd_tell` | none |

use crate::descriptor::Open;
use crate::errno::{Errno, Result};
use crate::file::File;
use crate::guest::Ptr;
use crate::snapshot::Whence;
use crate::state::State;
use crate::types::Fd;

/// The file behind a descriptor that has an offset.
fn seekable(state: &State, fd: Fd) -> Result<&File> {
    match state.get(fd)?.open()? {
        Open::File(file) => file.positioned(),
        Open::Input(_) | Open::Output(_) => Err(Errno::SPIPE),
    }
}

/// Moves the offset of a file.
///
/// Errors: `BADF`, `SPIPE` for what has no offset, `INVAL` for an unknown `whence` or a negative offset.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_seek>
pub fn fd_seek(state: &State, fd: Fd, delta: i64, whence: u32, offset: Ptr<u64>) -> Result {
    let whence = Whence::of(whence)?;
    let file = seekable(state, fd)?;
    let result = offset.check()?;
    let from = match whence {
        Whence::Set => 0,
        Whence::Cur => file.position.get(),
        Whence::End => file.stat()?.size,
    };
    let position = super::offset(from.checked_add_signed(delta).ok_or(Errno::INVAL)?)?;
    file.seek(position);
    result.set(position);
    Ok(())
}

/// Tells the offset of a file.
///
/// Errors: `BADF`, `SPIPE` for what has no offset.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_tell>
pub fn fd_tell(state: &State, fd: Fd, offset: Ptr<u64>) -> Result {
    offset.write(seekable(state, fd)?.position.get())
}
