//! The preview1 functions that the C library imports, in front of those of the adapter: `read`, `close` and all of stdio
//! come here. What is not ours goes on to the adapter as it came.
//!
//! Each has two names: the one that wasi-libc has for the import, and the one that Zig has, in which parts of its C library
//! are written.
//!
//! # Safety
//! The signatures are those that the C library declares. A pointer is the C library's, and handed on or checked in [`c`].
#![allow(unsafe_code)]

use super::control::nonblock;
use super::socket::direction;
use crate::c::{self, Iovec};
use crate::description::{Description, Kind};
use crate::errno::{Errno, Result};
use crate::preview1::{self as real, Fdstat, Filestat};
use crate::table::{self, Vacancy, find};

/// Defines the imports: what one does for a description of ours, and what else.
macro_rules! imports {
    ($(
        fn $name:ident($fd:ident: i32 $(, $argument:ident: $type:ty)* $(,)?) $ours:expr, else $real:ident as $zig:literal;
    )*) => {$(
        // SAFETY: see above.
        #[unsafe(export_name = $zig)]
        extern "C" fn $real($fd: i32 $(, $argument: $type)*) -> i32 {
            $name($fd $(, $argument)*)
        }

        // Unsafe only because of the name, which is the C library's.
        #[unsafe(no_mangle)]
        extern "C" fn $name($fd: i32 $(, $argument: $type)*) -> i32 {
            match find($fd) {
                #[allow(clippy::redundant_closure_call)] // the closure gives `?` its type
                Some(description) => Errno::code($ours(&*description)),
                // SAFETY: see the head of this file.
                None => unsafe { real::$real($fd as u32 $(, $argument)*) },
            }
        }
    )*};
}

type It<'a> = &'a dyn Description;

imports! {
    fn __imported_wasi_snapshot_preview1_fd_read(fd: i32, buffers: *const Iovec, count: usize, result: *mut usize)
        |it: It| c::put(result, read(it, c::slice(buffers, count)?)?), else fd_read as "fd_read|wasi_snapshot_preview1";
    fn __imported_wasi_snapshot_preview1_fd_write(fd: i32, buffers: *const Iovec, count: usize, result: *mut usize)
        |it: It| c::put(result, it.send(c::slice(buffers, count)?, 0, None)?), else fd_write as "fd_write|wasi_snapshot_preview1";
    fn __imported_wasi_snapshot_preview1_fd_fdstat_get(fd: i32, result: *mut Fdstat)
        |it: It| c::put(result, fdstat(it)), else fd_fdstat_get as "fd_fdstat_get|wasi_snapshot_preview1";
    fn __imported_wasi_snapshot_preview1_fd_fdstat_set_flags(fd: i32, flags: i32)
        |it: It| set_flags(it, flags), else fd_fdstat_set_flags as "fd_fdstat_set_flags|wasi_snapshot_preview1";
    fn __imported_wasi_snapshot_preview1_fd_filestat_get(fd: i32, result: *mut Filestat)
        |it: It| c::put(result, Filestat { filetype: filetype(it), links: 1, ..Filestat::default() }), else fd_filestat_get as "fd_filestat_get|wasi_snapshot_preview1";
    fn __imported_wasi_snapshot_preview1_fd_seek(fd: i32, offset: i64, whence: i32, result: *mut u64)
        |_: It| Err(Errno::SPIPE), else fd_seek as "fd_seek|wasi_snapshot_preview1";
    fn __imported_wasi_snapshot_preview1_fd_tell(fd: i32, result: *mut u64)
        |_: It| Err(Errno::SPIPE), else fd_tell as "fd_tell|wasi_snapshot_preview1";
    fn __imported_wasi_snapshot_preview1_fd_pread(fd: i32, buffers: u32, count: u32, offset: u64, result: *mut usize)
        |_: It| Err(Errno::SPIPE), else fd_pread as "fd_pread|wasi_snapshot_preview1";
    fn __imported_wasi_snapshot_preview1_fd_pwrite(fd: i32, buffers: u32, count: u32, offset: u64, result: *mut usize)
        |_: It| Err(Errno::SPIPE), else fd_pwrite as "fd_pwrite|wasi_snapshot_preview1";
    fn __imported_wasi_snapshot_preview1_fd_sync(fd: i32)
        |_: It| Err(Errno::INVAL), else fd_sync as "fd_sync|wasi_snapshot_preview1";
    fn __imported_wasi_snapshot_preview1_fd_datasync(fd: i32)
        |_: It| Err(Errno::INVAL), else fd_datasync as "fd_datasync|wasi_snapshot_preview1";
    fn __imported_wasi_snapshot_preview1_fd_filestat_set_size(fd: i32, size: u64)
        |_: It| Err(Errno::INVAL), else fd_filestat_set_size as "fd_filestat_set_size|wasi_snapshot_preview1";
    fn __imported_wasi_snapshot_preview1_sock_accept(fd: i32, flags: i32, result: *mut u32)
        |it: It| accept(it, flags, result), else sock_accept as "sock_accept|wasi_snapshot_preview1";
    fn __imported_wasi_snapshot_preview1_sock_recv(
        fd: i32, buffers: *const Iovec, count: usize, flags: i32, result: *mut usize, out: *mut u16,
    ) |it: It| receive(it, buffers, count, flags, result, out), else sock_recv as "sock_recv|wasi_snapshot_preview1";
    fn __imported_wasi_snapshot_preview1_sock_send(
        fd: i32, buffers: *const Iovec, count: usize, flags: i32, result: *mut usize,
    ) |it: It| c::put(result, it.send(c::slice(buffers, count)?, 0, None)?), else sock_send as "sock_send|wasi_snapshot_preview1";
    fn __imported_wasi_snapshot_preview1_sock_shutdown(fd: i32, how: i32)
        |it: It| it.shutdown(direction(how)?), else sock_shutdown as "sock_shutdown|wasi_snapshot_preview1";
}

// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn __imported_wasi_snapshot_preview1_fd_close(fd: i32) -> i32 {
    Errno::code(table::close(fd))
}

// SAFETY: as above.
#[unsafe(export_name = "fd_close|wasi_snapshot_preview1")]
extern "C" fn fd_close(fd: i32) -> i32 {
    __imported_wasi_snapshot_preview1_fd_close(fd)
}

// SAFETY: as above.
#[unsafe(export_name = "fd_renumber|wasi_snapshot_preview1")]
extern "C" fn fd_renumber(from: i32, to: i32) -> i32 {
    __imported_wasi_snapshot_preview1_fd_renumber(from, to)
}

// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn __imported_wasi_snapshot_preview1_fd_renumber(from: i32, to: i32) -> i32 {
    match table::renumber(from, to) {
        Some(result) => Errno::code(result),
        // SAFETY: see the head of this file.
        None => unsafe { real::fd_renumber(from as u32, to as u32) },
    }
}

fn filetype(it: It) -> u8 {
    match it.kind() {
        Kind::Stream => real::SOCKET_STREAM,
        Kind::Datagram => real::SOCKET_DGRAM,
        Kind::Pipe => real::UNKNOWN,
    }
}

fn fdstat(it: It) -> Fdstat {
    let access = it.access();
    let right = |has, right| if has { right } else { 0 };
    let rights = right(access.read, real::RIGHT_READ) | right(access.write, real::RIGHT_WRITE);
    Fdstat { filetype: filetype(it), flags: nonblock(it), rights, inherited: 0 }
}

/// Unlike `recv`, this does not wait for nothing.
fn read(it: It, buffers: &[Iovec]) -> Result<usize> {
    if c::total(buffers) == 0 && it.kind() != Kind::Datagram { Ok(0) } else { Ok(it.receive(buffers, 0)?.len) }
}

fn set_flags(it: It, flags: i32) -> Result {
    it.common().nonblocking.set(flags & i32::from(real::NONBLOCK) != 0);
    Ok(())
}

fn accept(it: It, flags: i32, result: *mut u32) -> Result {
    let number = Vacancy::lowest()?;
    let (connection, _) = it.accept(flags & i32::from(real::NONBLOCK) != 0)?;
    c::put(result, number.fill(connection, false) as u32)
}

/// The flags are preview1's own.
fn receive(it: It, buffers: *const Iovec, count: usize, flags: i32, result: *mut usize, out: *mut u16) -> Result {
    let mut ours = 0;
    for (bit, flag) in [(1, crate::description::flags::PEEK), (2, crate::description::flags::WAITALL)] {
        ours |= if flags & bit != 0 { flag } else { 0 };
    }
    let received = it.receive(c::slice(buffers, count)?, ours)?;
    c::put(out, (received.whole > received.len).into())?;
    c::put(result, received.len)
}
