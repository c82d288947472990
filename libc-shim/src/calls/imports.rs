//! The preview1 functions that the C library imports, in front of those of the adapter: `read`, `close` and all of stdio
//! come here. What is not ours goes on to the adapter as it came.
//!
//! Each has two names: the one that wasi-libc has for the import, and the one that Zig has, in which parts of its C library
//! are written. Of a layer
//! the linker takes those of wasi-libc, and gives them the names that preview1 has.
//!
//! # Safety
//! The signatures are those that the C library declares. A pointer is the C library's, and handed on or checked in [`c`].
#![allow(unsafe_code)]

use super::control::nonblock;
use super::socket::direction;
use crate::c::{self, Iovec};
use crate::caller;
use crate::description::{Description, Kind, Received, flags};
use crate::errno::{Errno, Result};
use crate::preview1::{self as real, Fdstat, Filestat, next};
use crate::table::{self, Reservation, lookup};

/// Exports the functions below under both names. A descriptor that is not ours goes on to the adapter.
macro_rules! imports {
    ($(fn $name:ident($($argument:ident: $type:ty),*);)*) => {$(
        const _: () = {
            // SAFETY: the name and the signature are the C library's for this import.
            #[unsafe(export_name = concat!("__imported_wasi_snapshot_preview1_", stringify!($name)))]
            extern "C" fn wasi_libc(fd: i32 $(, $argument: $type)*) -> i32 {
                match lookup(fd) {
                    Some(description) => Errno::code($name(&*description $(, $argument)*)),
                    // SAFETY: see the head of this file.
                    None => unsafe { next::$name(fd as u32 $(, $argument)*) },
                }
            }

            // SAFETY: as above, of Zig.
            #[unsafe(export_name = concat!(stringify!($name), "|wasi_snapshot_preview1"))]
            extern "C" fn zig(fd: i32 $(, $argument: $type)*) -> i32 {
                wasi_libc(fd $(, $argument)*)
            }
        };
    )*};
}

imports! {
    fn fd_datasync();
    fn fd_fdstat_get(result: *mut Fdstat);
    fn fd_fdstat_set_flags(flags: i32);
    fn fd_filestat_get(result: *mut Filestat);
    fn fd_filestat_set_size(size: u64);
    fn fd_pread(buffers: u32, count: u32, offset: u64, result: *mut usize);
    fn fd_pwrite(buffers: u32, count: u32, offset: u64, result: *mut usize);
    fn fd_read(buffers: *const Iovec, count: usize, result: *mut usize);
    fn fd_seek(offset: i64, whence: i32, result: *mut u64);
    fn fd_sync();
    fn fd_tell(result: *mut u64);
    fn fd_write(buffers: *const Iovec, count: usize, result: *mut usize);
    fn sock_accept(flags: i32, result: *mut u32);
    fn sock_recv(buffers: *const Iovec, count: usize, flags: i32, result: *mut usize, out: *mut u16);
    fn sock_send(buffers: *const Iovec, count: usize, flags: i32, result: *mut usize);
    fn sock_shutdown(how: i32);
}

type It<'a> = &'a dyn Description;

fn fd_datasync(_: It) -> Result {
    Err(Errno::INVAL)
}

fn fd_fdstat_get(it: It, result: *mut Fdstat) -> Result {
    let access = it.access();
    let right = |has, right| if has { right } else { 0 };
    let rights = right(access.read, real::RIGHT_READ) | right(access.write, real::RIGHT_WRITE);
    caller::put(result, Fdstat { filetype: filetype(it), flags: nonblock(it), rights, inherited: 0 })
}

fn fd_fdstat_set_flags(it: It, flags: i32) -> Result {
    it.common().nonblocking.set(flags & i32::from(real::NONBLOCK) != 0);
    Ok(())
}

fn fd_filestat_get(it: It, result: *mut Filestat) -> Result {
    caller::put(result, Filestat { filetype: filetype(it), links: 1, ..Filestat::default() })
}

fn fd_filestat_set_size(_: It, _size: u64) -> Result {
    Err(Errno::INVAL)
}

fn fd_pread(_: It, _buffers: u32, _count: u32, _offset: u64, _result: *mut usize) -> Result {
    Err(Errno::SPIPE)
}

fn fd_pwrite(_: It, _buffers: u32, _count: u32, _offset: u64, _result: *mut usize) -> Result {
    Err(Errno::SPIPE)
}

/// Unlike `recv`, this does not wait for nothing.
fn fd_read(it: It, buffers: *const Iovec, count: usize, result: *mut usize) -> Result {
    let buffers = caller::buffers(buffers, count)?;
    let nothing = c::total(&buffers) == 0 && it.kind() != Kind::Datagram;
    caller::put(result, if nothing { 0 } else { it.receive(&buffers, 0)?.len })
}

fn fd_seek(_: It, _offset: i64, _whence: i32, _result: *mut u64) -> Result {
    Err(Errno::SPIPE)
}

fn fd_sync(_: It) -> Result {
    Err(Errno::INVAL)
}

fn fd_tell(_: It, _result: *mut u64) -> Result {
    Err(Errno::SPIPE)
}

fn fd_write(it: It, buffers: *const Iovec, count: usize, result: *mut usize) -> Result {
    caller::put(result, it.send(&caller::buffers(buffers, count)?, 0, None)?)
}

pub fn sock_accept(it: It, flags: i32, result: *mut u32) -> Result {
    let number = Reservation::lowest()?;
    let (connection, _) = it.accept(flags & i32::from(real::NONBLOCK) != 0)?;
    caller::put(result, number.fill(connection, false) as u32)
}

/// Flags of preview1's `sock_recv` as C's.
pub fn receive_flags(flags: i32) -> i32 {
    const RECV_PEEK: i32 = 1;
    const RECV_WAITALL: i32 = 2;
    let mut ours = 0;
    for (theirs, flag) in [(RECV_PEEK, flags::MSG_PEEK), (RECV_WAITALL, flags::MSG_WAITALL)] {
        ours |= if flags & theirs != 0 { flag } else { 0 };
    }
    ours
}

/// Puts the results of preview1's `sock_recv`: the flags, which say whether a datagram was cut short, and the length.
pub fn put_received(received: &Received, result: *mut usize, out: *mut u16) -> Result {
    caller::put(out, (received.whole > received.len).into())?;
    caller::put(result, received.len)
}

fn sock_recv(it: It, buffers: *const Iovec, count: usize, flags: i32, result: *mut usize, out: *mut u16) -> Result {
    let received = it.receive(&caller::buffers(buffers, count)?, receive_flags(flags))?;
    put_received(&received, result, out)
}

fn sock_send(it: It, buffers: *const Iovec, count: usize, _flags: i32, result: *mut usize) -> Result {
    fd_write(it, buffers, count, result)
}

fn sock_shutdown(it: It, how: i32) -> Result {
    it.shutdown(direction(how)?)
}

fn filetype(it: It) -> u8 {
    match it.kind() {
        Kind::Stream => real::SOCKET_STREAM,
        Kind::Datagram => real::SOCKET_DGRAM,
        Kind::Pipe => real::UNKNOWN,
    }
}

// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn __imported_wasi_snapshot_preview1_fd_close(fd: i32) -> i32 {
    Errno::code(table::close(fd))
}

// SAFETY: as above.
#[unsafe(export_name = "fd_close|wasi_snapshot_preview1")]
extern "C" fn zig_fd_close(fd: i32) -> i32 {
    __imported_wasi_snapshot_preview1_fd_close(fd)
}

// SAFETY: as above.
#[unsafe(export_name = "fd_renumber|wasi_snapshot_preview1")]
extern "C" fn zig_fd_renumber(from: i32, to: i32) -> i32 {
    __imported_wasi_snapshot_preview1_fd_renumber(from, to)
}

// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn __imported_wasi_snapshot_preview1_fd_renumber(from: i32, to: i32) -> i32 {
    Errno::code(table::renumber(from, to))
}
