//! The directories that are open from the start, from number 3 on.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `fd_prestat_get`, `fd_prestat_dir_name` | `get-directories` once, when a number above 2 first matters |

use crate::descriptor::Descriptor;
use crate::errno::{Errno, Result};
use crate::guest::Ptr;
use crate::state::State;
use crate::types::{Fd, Prestat};

/// The path under which a descriptor is preopened, if it is.
fn path_of(descriptor: &Descriptor) -> Option<&'static [u8]> {
    Some(descriptor.as_file()?.preopen?.path.as_slice())
}

/// Tells whether a descriptor is a preopened directory, and how long its path is.
///
/// Errors: `BADF` for anything else: C libraries end their search there.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_prestat_get>
pub fn fd_prestat_get(state: &State, fd: Fd, result: Ptr<Prestat>) -> Result {
    let path = path_of(state.get(fd)?).ok_or(Errno::BADF)?;
    result.write(Prestat { tag: 0, name_len: path.len() as u32 })
}

/// Writes the path of a preopened directory.
///
/// Errors: `BADF`, `NOTDIR` for anything else, `NAMETOOLONG` for a buffer that is too short.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_prestat_dir_name>
pub fn fd_prestat_dir_name(state: &State, fd: Fd, buf: Ptr<u8>, len: u32) -> Result {
    let path = path_of(state.get(fd)?).ok_or(Errno::NOTDIR)?;
    if path.len() > len as usize {
        return Err(Errno::NAMETOOLONG);
    }
    buf.buffer(path.len() as u32)?.fill(path);
    Ok(())
}
