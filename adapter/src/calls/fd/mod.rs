//! The `fd_*` functions, one file per family, and those that concern a descriptor as such:
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `fd_close` | drops of the descriptor and its stream |
//! | `fd_renumber` | the same for what is replaced |
//! | `fd_fdstat_get` | `descriptor.get-type` once; `get-terminal-*` once for stdio |
//! | `fd_fdstat_set_flags`, `fd_fdstat_set_rights` | none |

pub mod read;
pub mod readdir;
pub mod seek;
pub mod stat;
pub mod sync;
pub mod write;

use crate::descriptor::{Descriptor, Input, Open, Output};
use crate::errno::{Errno, Result};
use crate::file::filetype_of;
use crate::guest::Ptr;
use crate::intrinsics::has_embedded_files;
use crate::state::State;
use crate::types::{Fd, Fdstat, fdflags, filetype, flags, rights};

/// Checks an offset in a file, which POSIX counts in signed numbers.
fn offset(value: u64) -> Result<u64> {
    if value <= i64::MAX as u64 { Ok(value) } else { Err(Errno::INVAL) }
}

/// Closes a descriptor.
///
/// Errors: `BADF`.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_close>
pub fn fd_close(state: &State, fd: Fd) -> Result {
    state.get(fd)?;
    state.close(fd);
    Ok(())
}

/// Moves a descriptor to another number that is in use, and closes what that was.
///
/// Errors: `BADF`.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_renumber>
pub fn fd_renumber(state: &State, from: Fd, to: Fd) -> Result {
    state.get(from)?;
    state.get(to)?;
    if from != to {
        state.renumber(from, to);
    }
    Ok(())
}

/// Tells the type, the flags and the rights of a descriptor.
///
/// Errors: `BADF`.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_fdstat_get>
pub fn fd_fdstat_get(state: &State, fd: Fd, result: Ptr<Fdstat>) -> Result {
    let stat = |filetype, flags, rights| Fdstat { filetype, flags, rights_base: rights, rights_inheriting: rights };
    result.write(match state.get(fd)? {
        Descriptor::Input(input) => stat(input.filetype(), 0, Input::RIGHTS),
        Descriptor::Output(output) => stat(output.filetype(), 0, Output::RIGHTS),
        Descriptor::Embedded(opened) if has_embedded_files() => opened.fdstat(),
        other => match other.as_file().ok_or(Errno::BADF)? {
            file if file.preopen.is_some() => Fdstat {
                filetype: filetype::DIRECTORY,
                flags: 0,
                rights_base: rights::PREOPEN_BASE,
                rights_inheriting: rights::PREOPEN_INHERITING,
            },
            file if file.is_directory()? => stat(filetype::DIRECTORY, 0, rights::DIRECTORY),
            file => stat(filetype_of(file.kind()?), file.flags(), file.rights()),
        },
    })
}

/// Changes the flags `APPEND` and `NONBLOCK`, as Linux does; synchronous writes are decided when a file is opened.
///
/// Errors: `BADF` for what is not a file, `INVAL` for other flags.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_fdstat_set_flags>
pub fn fd_fdstat_set_flags(state: &State, fd: Fd, new: u32) -> Result {
    let new = flags(new, fdflags::ALL)?;
    let settable = || flags(new, u64::from(fdflags::APPEND | fdflags::NONBLOCK)).map(|new| new as u16);
    match state.get(fd)?.open()? {
        Open::File(file) => file.set_flags(settable()?),
        Open::Embedded(file) => file.set_flags(settable()?),
        Open::Input(_) | Open::Output(_) => return Err(Errno::BADF),
    }
    Ok(())
}

/// Is refused: no preview1 host changes rights any more.
///
/// Errors: `BADF`, `INVAL` for undefined rights, else `NOTSUP`.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_fdstat_set_rights>
pub fn fd_fdstat_set_rights(state: &State, fd: Fd, base: u64, inheriting: u64) -> Result {
    flags(base, rights::ALL)?;
    flags(inheriting, rights::ALL)?;
    state.get(fd)?;
    Err(Errno::NOTSUP)
}
