//! Moving the offset, which is the adapter's own.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `fd_seek` | `descriptor.stat` when relative to the end, else none |
//! | `fd_tell` | none |

use super::get;
use crate::descriptor::Open;
use crate::entry::entry;
use crate::errno::{Errno, Result};
use crate::file::File;
use crate::guest::Ptr;
use crate::snapshot::Whence;
use crate::types::Fd;

/// The file behind a descriptor that has an offset.
fn seekable(fd: Fd) -> Result<&'static File> {
    match get(fd)?.open()? {
        Open::File(file) => file.positioned(),
        Open::Input(_) | Open::Output(_) => Err(Errno::SPIPE),
    }
}

entry! {
    fn fd_seek(fd: Fd, delta: i64, whence: u32, offset: Ptr<u64>) {
        let whence = Whence::of(whence)?;
        let file = seekable(fd)?;
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

    fn fd_tell(fd: Fd, offset: Ptr<u64>) {
        offset.write(seekable(fd)?.position.get())
    }
}
