//! Writing.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `fd_write`, `fd_pwrite` of a file | `descriptor.write`, per 1 MiB |
//! | both of a file that appends, `fd_write` of a pipe or character device | `descriptor.append-via-stream` once, then as to stdout; `descriptor.stat` |
//! | `fd_write` to stdout and stderr | `get-stdout` once, `output-stream.blocking-write-and-flush` up to 4 KiB, else `check-write`, `write`, `blocking-flush` |
//! | `fd_write` to stdout of a CGI program | see `cgi/response.rs` |

use crate::descriptor::Open;
use crate::errno::{Errno, Result};
use crate::guest::Ptr;
use crate::intrinsics::is_cgi;
use crate::io::{Sink, buffers, write_all};
use crate::state::State;
use crate::types::{Fd, Iovec};
use crate::vfs::can_write;

/// Writes at the offset of a descriptor, or at the end if it appends. A stream that the host does not have takes everything.
///
/// Errors: `BADF` for a directory or what is not open for writing, `PIPE` for a closed stream, `INVAL` for more than
/// 4 GiB, `NOMEM`.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_write>
pub fn fd_write(state: &State, fd: Fd, iovs: Ptr<Iovec>, iovs_len: u32, nwritten: Ptr<u32>) -> Result {
    let descriptor = state.get(fd)?.open()?;
    let (buffers, nwritten) = (buffers(&state.memory, iovs, iovs_len)?, nwritten.check()?);
    nwritten.set(match descriptor {
        Open::Embedded(file) if can_write() => file.write(&state.tree(), buffers)?,
        Open::Input(_) | Open::Embedded(_) => return Err(Errno::BADF),
        Open::Output(output) if is_cgi() && output.is_stdout() => {
            let cgi = state.cgi()?;
            write_all(buffers, |bytes| cgi.write(bytes))?
        }
        Open::Output(output) if output.is_absent() => buffers.length()?,
        Open::Output(output) => Sink::Stream(output.stream()).write(buffers)?,
        Open::File(file) => {
            file.writable()?;
            if file.appends() || file.is_sequential()? {
                let written = file.append(|stream| Sink::Stream(stream).write(buffers))?;
                // Only the host knows the new end.
                if written > 0
                    && let Ok(stat) = file.stat()
                {
                    file.position.set(stat.size);
                }
                written
            } else {
                let offset = file.position.get();
                let written = Sink::File(file, offset).write(buffers)?;
                file.position.set(offset.wrapping_add(u64::from(written)));
                written
            }
        }
    });
    Ok(())
}

/// Writes at a given offset. A file that appends ignores it, as Linux and so preview1 hosts on it do.
///
/// Errors: `BADF` for a directory or what is not open for writing, `SPIPE` for what has no offset, `INVAL` for a
/// negative offset or more than 4 GiB, `NOMEM`.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_pwrite>
pub fn fd_pwrite(state: &State, fd: Fd, iovs: Ptr<Iovec>, iovs_len: u32, offset: u64, nwritten: Ptr<u32>) -> Result {
    let descriptor = state.get(fd)?.open()?;
    let (buffers, nwritten) = (buffers(&state.memory, iovs, iovs_len)?, nwritten.check()?);
    nwritten.set(match descriptor {
        Open::Input(_) => return Err(Errno::BADF),
        Open::Output(_) => return Err(Errno::SPIPE),
        Open::Embedded(file) => {
            let offset = super::offset(offset)?;
            if !can_write() {
                return Err(Errno::BADF);
            }
            file.positioned()?.write_at(&state.tree(), offset, buffers)?
        }
        Open::File(file) => {
            let (file, offset) = (file.positioned()?, super::offset(offset)?);
            file.writable()?;
            if file.appends() {
                file.append(|stream| Sink::Stream(stream).write(buffers))?
            } else {
                Sink::File(file, offset).write(buffers)?
            }
        }
    });
    Ok(())
}
