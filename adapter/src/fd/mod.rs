//! The `fd_*` functions, one file per family, and those that concern a descriptor as such:
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `fd_close` | drops of the descriptor and its stream |
//! | `fd_renumber` | the same for what is replaced |
//! | `fd_fdstat_get` | `descriptor.get-type` once; `get-terminal-*` once for stdio |
//! | `fd_fdstat_set_flags`, `fd_fdstat_set_rights` | none |

mod read;
pub mod readdir;
mod seek;
mod stat;
mod sync;
mod write;

use crate::descriptor::{Descriptor, Input, Output};
use crate::entry::entry;
use crate::errno::{Errno, Result};
use crate::file::filetype_of;
use crate::guest::Ptr;
use crate::state::state;
use crate::types::{Fd, Fdstat, fdflags, filetype, flags, rights};

/// The descriptor with this number, closed and reserved ones being [`Errno::BADF`].
#[inline(always)]
pub fn get(fd: Fd) -> Result<&'static Descriptor> {
    find(fd).ok_or(Errno::BADF)
}

/// Not inlined, and its result fits into a register: every function begins with this.
#[inline(never)]
fn find(fd: Fd) -> Option<&'static Descriptor> {
    state().table.get(fd).filter(|descriptor| !matches!(descriptor, Descriptor::Reserved))
}

/// An offset in a file, as POSIX has them: signed, and not negative.
fn offset(value: u64) -> Result<u64> {
    if value <= i64::MAX as u64 { Ok(value) } else { Err(Errno::INVAL) }
}

entry! {
    fn fd_close(fd: Fd) {
        get(fd)?;
        state().forget(fd);
        drop(state().table.remove(fd));
        Ok(())
    }

    fn fd_renumber(from: Fd, to: Fd) {
        get(from)?;
        get(to)?;
        if from != to {
            state().forget(from);
            state().forget(to);
            state().table.renumber(from, to);
        }
        Ok(())
    }

    fn fd_fdstat_get(fd: Fd, result: Ptr<Fdstat>) {
        let stat = |filetype, flags, rights| Fdstat { filetype, flags, rights_base: rights, rights_inheriting: rights };
        result.write(match get(fd)? {
            Descriptor::Input(input) => stat(input.filetype(), 0, Input::RIGHTS),
            Descriptor::Output(output) => stat(output.filetype(), 0, Output::RIGHTS),
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

    /// `APPEND` and `NONBLOCK` can be changed, as on Linux; those that ask for synchronous writes cannot.
    fn fd_fdstat_set_flags(fd: Fd, new: u32) {
        let new = flags(new, fdflags::ALL)?;
        match get(fd)?.as_file() {
            Some(file) if !file.is_directory()? => {
                let new = flags(new, u64::from(fdflags::APPEND | fdflags::NONBLOCK))?;
                file.set_flags(new as u16);
                Ok(())
            }
            _ => Err(Errno::BADF),
        }
    }

    /// Rights can no longer be changed in any preview1 host.
    fn fd_fdstat_set_rights(fd: Fd, base: u64, inheriting: u64) {
        flags(base, rights::ALL)?;
        flags(inheriting, rights::ALL)?;
        get(fd)?.as_file().ok_or(Errno::BADF)?;
        Err(Errno::NOTSUP)
    }
}
