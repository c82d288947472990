//! Reading.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `fd_read`, `fd_pread` of a file | `descriptor.read`, per 64 KiB |
//! | `fd_read` of a pipe or character device | `descriptor.read-via-stream` once, then as of stdin |
//! | `fd_read` of stdin | `get-stdin` once, `input-stream.blocking-read` |

use super::get;
use crate::descriptor::Open;
use crate::entry::entry;
use crate::errno::Errno;
use crate::guest::Ptr;
use crate::io::{Source, buffers};
use crate::types::{Fd, Iovec};

entry! {
    fn fd_read(fd: Fd, iovs: Ptr<Iovec>, iovs_len: u32, nread: Ptr<u32>) {
        let descriptor = get(fd)?.open()?;
        let (buffers, nread) = (buffers(iovs, iovs_len)?, nread.check()?);
        nread.set(match descriptor {
            Open::Input(input) => Source::Stream(input.stream()).read(buffers)?,
            Open::Output(_) => return Err(Errno::BADF),
            Open::File(file) => {
                file.readable()?;
                let offset = file.position.get();
                let read = if file.is_sequential()? {
                    file.input(|stream| Source::Stream(stream).read(buffers))?
                } else {
                    Source::File(file, offset).read(buffers)?
                };
                file.position.set(offset.wrapping_add(u64::from(read)));
                read
            }
        });
        Ok(())
    }

    fn fd_pread(fd: Fd, iovs: Ptr<Iovec>, iovs_len: u32, offset: u64, nread: Ptr<u32>) {
        let descriptor = get(fd)?.open()?;
        let (buffers, nread) = (buffers(iovs, iovs_len)?, nread.check()?);
        nread.set(match descriptor {
            Open::Input(_) => return Err(Errno::SPIPE),
            Open::Output(_) => return Err(Errno::BADF),
            Open::File(file) => {
                file.readable()?;
                Source::File(file.positioned()?, super::offset(offset)?).read(buffers)?
            }
        });
        Ok(())
    }
}
