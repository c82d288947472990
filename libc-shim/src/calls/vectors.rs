//! Reading and writing many buffers at once. C libraries do not see that a total is larger than what these functions can return.
//!
//! # Safety
//! The signatures are POSIX's; the functions of the C library get what the caller gave.
#![allow(unsafe_code)]

use crate::c::{self, Iovec};
use crate::errno::{Errno, Result};

mod libc {
    use super::Iovec;

    unsafe extern "C" {
        pub fn readv(fd: i32, buffers: *const Iovec, count: i32) -> isize;
        pub fn writev(fd: i32, buffers: *const Iovec, count: i32) -> isize;
        pub fn preadv(fd: i32, buffers: *const Iovec, count: i32, offset: i64) -> isize;
        pub fn pwritev(fd: i32, buffers: *const Iovec, count: i32, offset: i64) -> isize;
    }
}

/// Checks that the total length can be returned, if there are buffers.
fn check(buffers: *const Iovec, count: i32) -> Result {
    let Ok(count) = usize::try_from(count) else { return Err(Errno::INVAL) };
    let total = c::total(c::slice(buffers, count)?);
    if isize::try_from(total).is_ok() { Ok(()) } else { Err(Errno::INVAL) }
}

fn checked(buffers: *const Iovec, count: i32, call: impl FnOnce() -> isize) -> isize {
    match check(buffers, count) {
        Ok(()) => call(),
        Err(errno) => c::return_value(Err(errno)),
    }
}

/// Errors: `EINVAL` for a negative count, or a total that is too large; those of `read`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/readv.html>
// SAFETY: see the head of this file. The name is the library's own.
#[unsafe(export_name = "wasi_sockets_readv")]
extern "C" fn readv(fd: i32, buffers: *const Iovec, count: i32) -> isize {
    // SAFETY: as above.
    checked(buffers, count, || unsafe { libc::readv(fd, buffers, count) })
}

/// See [`readv`].
// SAFETY: as above.
#[unsafe(export_name = "wasi_sockets_writev")]
extern "C" fn writev(fd: i32, buffers: *const Iovec, count: i32) -> isize {
    // SAFETY: as above.
    checked(buffers, count, || unsafe { libc::writev(fd, buffers, count) })
}

/// See [`readv`].
// SAFETY: as above.
#[unsafe(export_name = "wasi_sockets_preadv")]
extern "C" fn preadv(fd: i32, buffers: *const Iovec, count: i32, offset: i64) -> isize {
    // SAFETY: as above.
    checked(buffers, count, || unsafe { libc::preadv(fd, buffers, count, offset) })
}

/// See [`readv`].
// SAFETY: as above.
#[unsafe(export_name = "wasi_sockets_pwritev")]
extern "C" fn pwritev(fd: i32, buffers: *const Iovec, count: i32, offset: i64) -> isize {
    // SAFETY: as above.
    checked(buffers, count, || unsafe { libc::pwritev(fd, buffers, count, offset) })
}
