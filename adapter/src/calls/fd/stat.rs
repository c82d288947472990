//! Attributes of what is open.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `fd_filestat_get` | `descriptor.stat`; `descriptor.metadata-hash` unless nothing has changed |
//! | `fd_filestat_set_size` | `descriptor.set-size` |
//! | `fd_filestat_set_times` | `descriptor.set-times`; of a directory `descriptor.set-times-at` |

use crate::bindings::wasi::filesystem::types::PathFlags;
use crate::descriptor::{Descriptor, Open};
use crate::errno::{Errno, Result};
use crate::filestat::{filestat, inode, new_times};
use crate::guest::Ptr;
use crate::intrinsics::{has_embedded_files, has_writable_files};
use crate::snapshot::FilestatOut;
use crate::state::State;
use crate::types::{Fd, Filestat};
use crate::vfs::can_write;

/// Tells the attributes of what is open.
///
/// Errors: `BADF`.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_filestat_get>
pub fn fd_filestat_get(state: &State, fd: Fd, result: Ptr<Filestat>) -> Result {
    let stat = of(state, fd)?;
    FilestatOut::check(result)?.set(stat);
    Ok(())
}

/// The attributes of a descriptor.
#[inline(always)]
pub fn of(state: &State, fd: Fd) -> Result<Filestat> {
    Ok(match state.get(fd)? {
        Descriptor::Input(input) => Filestat { filetype: input.filetype(), ..Filestat::default() },
        Descriptor::Output(output) => Filestat { filetype: output.filetype(), ..Filestat::default() },
        Descriptor::Embedded(opened) if has_embedded_files() => opened.filestat(&state.tree())?,
        other => {
            let file = other.as_file().ok_or(Errno::BADF)?;
            let (known, mut stat) = (&state.cached_stat, filestat(&file.stat()?));
            stat.ino = match known.inode(fd, &stat) {
                Some(inode) => inode,
                None => inode(&file.handle.metadata_hash()?),
            };
            known.keep(fd, stat);
            stat
        }
    })
}

/// Changes the size of a file.
///
/// Errors: `BADF` for what is not a file, `INVAL` for a device or a file that is not open for writing, `PERM` for an embedded one.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_filestat_set_size>
pub fn fd_filestat_set_size(state: &State, fd: Fd, size: u64) -> Result {
    match state.get(fd)?.open()? {
        Open::File(file) => {
            file.resizable()?;
            Ok(file.handle.set_size(size)?)
        }
        Open::Embedded(file) if can_write() => file.resize(&state.tree(), size),
        Open::Embedded(_) => Err(Errno::PERM),
        Open::Input(_) | Open::Output(_) => Err(Errno::BADF),
    }
}

/// Changes the times of what is open.
///
/// Errors: `BADF` for a standard stream, `INVAL` for contradictory flags, `PERM` for what is embedded.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_filestat_set_times>
pub fn fd_filestat_set_times(state: &State, fd: Fd, accessed: u64, modified: u64, which: u32) -> Result {
    let (accessed, modified) = new_times(accessed, modified, which)?;
    let descriptor = state.get(fd)?;
    if let Some(opened) = descriptor.as_embedded() {
        return if has_writable_files() {
            opened.set_times(&state.tree(), accessed, modified)
        } else {
            Err(Errno::PERM)
        };
    }
    let file = descriptor.as_file().ok_or(Errno::BADF)?;
    let handle = &file.handle;
    if file.is_directory()? {
        // Hosts hold preopened directories in a way that allows this by path only.
        handle.set_times_at(PathFlags::empty(), state.dot(), accessed, modified)?;
    } else {
        handle.set_times(accessed, modified)?;
    }
    Ok(())
}
