//! Moving the offset, which is the adapter's own.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `fd_seek` | `descriptor.stat` when relative to the end of a file of the host, else none |
//! | `fd_tell` | none |

use crate::descriptor::Open;
use crate::errno::{Errno, Result};
use crate::file::File;
use crate::guest::Ptr;
use crate::intrinsics::has_devices;
use crate::snapshot::Whence;
use crate::state::State;
use crate::types::Fd;
use crate::vfs::Embedded;

/// A descriptor that has an offset.
enum Seekable<'a> {
    File(&'a File),
    Embedded(Embedded<'a>),
}

impl<'a> Seekable<'a> {
    #[inline(always)]
    fn of(state: &'a State, fd: Fd) -> Result<Self> {
        match state.get(fd)?.open()? {
            Open::File(file) => Ok(Self::File(file.positioned()?)),
            Open::Embedded(file) => {
                file.positioned()?;
                Ok(Self::Embedded(file))
            }
            Open::Input(_) | Open::Output(_) => Err(Errno::SPIPE),
        }
    }

    /// Devices stay at offset 0, wherever it is moved to.
    #[inline(always)]
    fn is_device(&self) -> bool {
        has_devices() && matches!(self, Self::Embedded(file) if file.is_device())
    }

    #[inline(always)]
    fn position(&self) -> u64 {
        match self {
            Self::File(file) => file.position.get(),
            Self::Embedded(file) => file.position.get(),
        }
    }

    #[inline(always)]
    fn end(&self) -> Result<u64> {
        Ok(match self {
            Self::File(file) => file.stat()?.size,
            Self::Embedded(file) => file.size(),
        })
    }

    #[inline(always)]
    fn seek(&self, position: u64) {
        match self {
            Self::File(file) => file.seek(position),
            Self::Embedded(file) => file.position.set(position),
        }
    }
}

/// Moves the offset of a file.
///
/// Errors: `BADF`, `SPIPE` for what has no offset, `INVAL` for an unknown `whence` or a negative offset.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_seek>
pub fn fd_seek(state: &State, fd: Fd, delta: i64, whence: u32, offset: Ptr<u64>) -> Result {
    let whence = Whence::of(whence)?;
    let file = Seekable::of(state, fd)?;
    let result = offset.check()?;
    if file.is_device() {
        result.set(0);
        return Ok(());
    }
    let from = match whence {
        Whence::Set => 0,
        Whence::Cur => file.position(),
        Whence::End => file.end()?,
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
    offset.write(Seekable::of(state, fd)?.position())
}
