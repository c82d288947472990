//! Advice to the host and requests to reach the disk.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `fd_advise` | `descriptor.advise` |
//! | `fd_allocate` | none: no preview1 host supports it any more |
//! | `fd_datasync`, `fd_sync` | `descriptor.sync-data`, `descriptor.sync` |

use crate::bindings::wasi::filesystem::types::Advice;
use crate::descriptor::Open;
use crate::errno::{Errno, Result};
use crate::state::State;
use crate::types::Fd;

/// Tells the host how a file will be read.
///
/// Errors: `BADF` for what is not a file, `INVAL` for unknown advice.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_advise>
pub fn fd_advise(state: &State, fd: Fd, offset: u64, len: u64, advice: u32) -> Result {
    let advice = match advice {
        0 => Advice::Normal,
        1 => Advice::Sequential,
        2 => Advice::Random,
        3 => Advice::WillNeed,
        4 => Advice::DontNeed,
        5 => Advice::NoReuse,
        _ => return Err(Errno::INVAL),
    };
    match state.get(fd)?.open()? {
        Open::File(file) => Ok(file.handle.advise(offset, len, advice)?),
        Open::Embedded(_) => Ok(()),
        Open::Input(_) | Open::Output(_) => Err(Errno::BADF),
    }
}

/// Is refused: no preview1 host supports it any more.
///
/// Errors: `NOTSUP`, `BADF` for what is not a file.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_allocate>
pub fn fd_allocate(state: &State, fd: Fd, _offset: u64, _len: u64) -> Result {
    match state.get(fd)?.open()? {
        Open::File(_) | Open::Embedded(_) => Err(Errno::NOTSUP),
        Open::Input(_) | Open::Output(_) => Err(Errno::BADF),
    }
}

/// Writes the data of a file to the disk.
///
/// Errors: `BADF` for what is not a file, `INVAL` for a device.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_datasync>
pub fn fd_datasync(state: &State, fd: Fd) -> Result {
    match state.get(fd)?.open()? {
        Open::File(file) => Ok(file.handle.sync_data()?),
        Open::Embedded(file) if file.is_device() => Err(Errno::INVAL),
        Open::Embedded(_) => Ok(()),
        Open::Input(_) | Open::Output(_) => Err(Errno::BADF),
    }
}

/// Writes the data and the attributes of a file to the disk.
///
/// Errors: `BADF` for what is not a file, `INVAL` for a device.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_sync>
pub fn fd_sync(state: &State, fd: Fd) -> Result {
    match state.get(fd)?.open()? {
        Open::File(file) => Ok(file.handle.sync()?),
        Open::Embedded(file) if file.is_device() => Err(Errno::INVAL),
        Open::Embedded(_) => Ok(()),
        Open::Input(_) | Open::Output(_) => Err(Errno::BADF),
    }
}
