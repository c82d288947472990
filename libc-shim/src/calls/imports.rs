//! The preview1 functions that the C library imports, in front of those of the adapter: `read`, `close` and all of stdio
//! come here. What is not ours goes on to the adapter as it came.
//!
//! # Safety
//! The signatures are those that the C library declares. A pointer is the C library's, and handed on or checked in [`c`].
#![allow(unsafe_code)]

use super::socket::direction;
use crate::c::{self, Iovec};
use crate::description::{Description, Kind};
use crate::errno::{Errno, Result};
use crate::preview1::{self as real, Fdstat, Filestat};
use crate::table::{self, find};

/// Defines the imports: what one does for a description of ours, and what else.
macro_rules! imports {
    ($(
        fn $name:ident($fd:ident: i32 $(, $argument:ident: $type:ty)* $(,)?) $ours:expr, else $real:ident;
    )*) => {$(
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
        |it: It| c::put(result, it.receive(c::slice(buffers, count)?, 0)?.len), else fd_read;
    fn __imported_wasi_snapshot_preview1_fd_write(fd: i32, buffers: *const Iovec, count: usize, result: *mut usize)
        |it: It| c::put(result, it.send(c::slice(buffers, count)?, 0, None)?), else fd_write;
    fn __imported_wasi_snapshot_preview1_fd_close(fd: i32)
        |_: It| table::remove(fd).ok_or(Errno::BADF), else fd_close;
    fn __imported_wasi_snapshot_preview1_fd_fdstat_get(fd: i32, result: *mut Fdstat)
        |it: It| c::put(result, fdstat(it)), else fd_fdstat_get;
    fn __imported_wasi_snapshot_preview1_fd_fdstat_set_flags(fd: i32, flags: i32)
        |it: It| set_flags(it, flags), else fd_fdstat_set_flags;
    fn __imported_wasi_snapshot_preview1_fd_filestat_get(fd: i32, result: *mut Filestat)
        |it: It| c::put(result, Filestat { filetype: filetype(it), links: 1, ..Filestat::default() }), else fd_filestat_get;
    fn __imported_wasi_snapshot_preview1_fd_seek(fd: i32, offset: i64, whence: i32, result: *mut u64)
        |_: It| Err(Errno::SPIPE), else fd_seek;
    fn __imported_wasi_snapshot_preview1_fd_tell(fd: i32, result: *mut u64)
        |_: It| Err(Errno::SPIPE), else fd_tell;
    fn __imported_wasi_snapshot_preview1_fd_pread(fd: i32, buffers: u32, count: u32, offset: u64, result: *mut usize)
        |_: It| Err(Errno::SPIPE), else fd_pread;
    fn __imported_wasi_snapshot_preview1_fd_pwrite(fd: i32, buffers: u32, count: u32, offset: u64, result: *mut usize)
        |_: It| Err(Errno::SPIPE), else fd_pwrite;
    fn __imported_wasi_snapshot_preview1_fd_sync(fd: i32)
        |_: It| Err(Errno::INVAL), else fd_sync;
    fn __imported_wasi_snapshot_preview1_fd_datasync(fd: i32)
        |_: It| Err(Errno::INVAL), else fd_datasync;
    fn __imported_wasi_snapshot_preview1_sock_accept(fd: i32, flags: i32, result: *mut u32)
        |it: It| accept(it, flags, result), else sock_accept;
    fn __imported_wasi_snapshot_preview1_sock_recv(
        fd: i32, buffers: *const Iovec, count: usize, flags: i32, result: *mut usize, out: *mut u16,
    ) |it: It| receive(it, buffers, count, flags, result, out), else sock_recv;
    fn __imported_wasi_snapshot_preview1_sock_send(
        fd: i32, buffers: *const Iovec, count: usize, flags: i32, result: *mut usize,
    ) |it: It| c::put(result, it.send(c::slice(buffers, count)?, 0, None)?), else sock_send;
    fn __imported_wasi_snapshot_preview1_sock_shutdown(fd: i32, how: i32)
        |it: It| it.shutdown(direction(how)?), else sock_shutdown;
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
    }
}

fn fdstat(it: It) -> Fdstat {
    let flags = if it.common().nonblocking.get() { real::NONBLOCK } else { 0 };
    Fdstat { filetype: filetype(it), flags, rights: real::RIGHT_READ | real::RIGHT_WRITE, inherited: 0 }
}

fn set_flags(it: It, flags: i32) -> Result {
    it.common().nonblocking.set(flags & i32::from(real::NONBLOCK) != 0);
    Ok(())
}

fn accept(it: It, flags: i32, result: *mut u32) -> Result {
    let (connection, _) = it.accept(flags & i32::from(real::NONBLOCK) != 0)?;
    c::put(result, table::insert(connection)? as u32)
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
