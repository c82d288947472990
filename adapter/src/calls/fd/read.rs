//! Reading.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `fd_read`, `fd_pread` of a file | `descriptor.read`, per 64 KiB |
//! | `fd_read` of a pipe or character device | `descriptor.read-via-stream` once, then as of stdin |
//! | both of an embedded file | none; of a device see `vfs/device.rs` |
//! | `fd_read` of stdin | `get-stdin` once, `input-stream.blocking-read`; in a CGI program see `cgi/input.rs` |

use crate::descriptor::Open;
use crate::errno::{Errno, Result};
use crate::guest::Ptr;
use crate::intrinsics::{has_stdin, is_cgi};
use crate::io::{Source, buffers};
use crate::state::State;
use crate::types::{Fd, Iovec};

/// Reads at the offset of a descriptor. Standard input that the host does not have is in the
/// component, or at its end.
///
/// Errors: `BADF` for a directory or what is not open for reading, `INVAL` for more than 4 GiB, `NOMEM`.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_read>
pub fn fd_read(state: &State, fd: Fd, iovs: Ptr<Iovec>, iovs_len: u32, nread: Ptr<u32>) -> Result {
    let (descriptor, memory) = (state.get(fd)?.open()?, &state.memory);
    let (buffers, nread) = (buffers(memory, iovs, iovs_len)?, nread.check()?);
    nread.set(match descriptor {
        Open::Input(_) if is_cgi() => state.cgi()?.input.read(memory, buffers)?,
        Open::Input(input) if has_stdin() => Source::Stream(input.stream()).read(memory, buffers)?,
        Open::Input(input) => input.read_sealed(buffers)?,
        Open::Output(_) => return Err(Errno::BADF),
        Open::File(file) => {
            file.readable()?;
            let offset = file.position.get();
            let read = if file.is_sequential()? {
                file.input(|stream| Source::Stream(stream).read(memory, buffers))?
            } else {
                Source::File(file, offset).read(memory, buffers)?
            };
            file.position.set(offset.wrapping_add(u64::from(read)));
            read
        }
        Open::Embedded(file) => file.read(&state.tree(), buffers)?,
    });
    Ok(())
}

/// Reads at a given offset.
///
/// Errors: `BADF` for a directory or what is not open for reading, `SPIPE` for what has no offset, `INVAL` for a
/// negative offset or more than 4 GiB, `NOMEM`.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_pread>
pub fn fd_pread(state: &State, fd: Fd, iovs: Ptr<Iovec>, iovs_len: u32, offset: u64, nread: Ptr<u32>) -> Result {
    let (descriptor, memory) = (state.get(fd)?.open()?, &state.memory);
    let (buffers, nread) = (buffers(memory, iovs, iovs_len)?, nread.check()?);
    nread.set(match descriptor {
        Open::Input(_) => return Err(Errno::SPIPE),
        Open::Output(_) => return Err(Errno::BADF),
        Open::File(file) => {
            file.readable()?;
            Source::File(file.positioned()?, super::offset(offset)?).read(memory, buffers)?
        }
        Open::Embedded(file) => file.positioned()?.read_at(&state.tree(), super::offset(offset)?, buffers)?,
    });
    Ok(())
}
