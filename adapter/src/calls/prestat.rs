//! The directories that are open from the start, from number 3 on.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `fd_prestat_get`, `fd_prestat_dir_name` | `get-directories` once, when a number above 2 first matters |

use crate::descriptor::Descriptor;
use crate::errno::{Errno, Result};
use crate::guest::{Buffer, Ptr};
use crate::state::State;
use crate::types::{Fd, Prestat};
use crate::vfs::Mount;

/// The path under which a directory is preopened.
enum Path {
    OfHost(&'static [u8]),
    Embedded(Mount),
}

impl Path {
    fn of(state: &State, descriptor: &Descriptor) -> Option<Self> {
        match descriptor.as_embedded() {
            Some(opened) => Some(Self::Embedded(opened.mount(&state.image.get())?)),
            None => Some(Self::OfHost(descriptor.as_file()?.preopen?.path.as_slice())),
        }
    }

    fn len(&self) -> u32 {
        match self {
            Self::OfHost(path) => path.len() as u32,
            Self::Embedded(mount) => mount.name_len,
        }
    }

    fn put(&self, buffer: Buffer) {
        match self {
            Self::OfHost(path) => _ = buffer.fill(path),
            Self::Embedded(mount) => mount.put_name(buffer),
        }
    }
}

/// Tells whether a descriptor is a preopened directory, and how long its path is.
///
/// Errors: `BADF` for anything else: C libraries end their search there.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_prestat_get>
pub fn fd_prestat_get(state: &State, fd: Fd, result: Ptr<Prestat>) -> Result {
    let path = Path::of(state, state.get(fd)?).ok_or(Errno::BADF)?;
    result.write(Prestat { tag: 0, name_len: path.len() })
}

/// Writes the path of a preopened directory.
///
/// Errors: `BADF`, `NOTDIR` for anything else, `NAMETOOLONG` for a buffer that is too short.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_prestat_dir_name>
pub fn fd_prestat_dir_name(state: &State, fd: Fd, buf: Ptr<u8>, len: u32) -> Result {
    let path = Path::of(state, state.get(fd)?).ok_or(Errno::NOTDIR)?;
    if path.len() > len {
        return Err(Errno::NAMETOOLONG);
    }
    path.put(buf.buffer(path.len())?);
    Ok(())
}
