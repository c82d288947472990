//! Making sockets, and giving them addresses and peers.

use core::net::SocketAddr;

use crate::address::{self, Family};
use crate::c::c;
use crate::description::How;
use crate::errno::{Errno, Result};
use crate::table;
use crate::tcp::Tcp;
use crate::udp::Udp;

const DGRAM: i32 = 5;
const STREAM: i32 = 6;
const NONBLOCK: i32 = 0x4000;
/// There is no `exec`.
const CLOEXEC: i32 = 0x2000;
const IPPROTO_TCP: i32 = 6;
const IPPROTO_UDP: i32 = 17;

/// What a backlog can be at most, as on Linux.
const SOMAXCONN: i32 = 4096;

c! {
    fn socket(family: i32, kind: i32, protocol: i32) -> i32 {
        let family = Family::new(family)?;
        let nonblocking = kind & NONBLOCK != 0;
        table::insert(match (kind & !(NONBLOCK | CLOEXEC), protocol) {
            (STREAM, 0 | IPPROTO_TCP) => Tcp::create(family, nonblocking)?,
            (DGRAM, 0 | IPPROTO_UDP) => Udp::create(family, nonblocking)?,
            (STREAM | DGRAM, _) => return Err(Errno::PROTONOSUPPORT),
            _ => return Err(Errno::INVAL),
        })
    }

    fn bind(fd: i32, start: *const u8, len: u32) -> i32 {
        let socket = table::socket(fd)?;
        socket.bind(address::read(start, len)?.ok_or(Errno::AFNOSUPPORT)?)?;
        Ok(0)
    }

    fn connect(fd: i32, start: *const u8, len: u32) -> i32 {
        let socket = table::socket(fd)?;
        socket.connect(address::read(start, len)?)?;
        Ok(0)
    }

    fn listen(fd: i32, backlog: i32) -> i32 {
        table::socket(fd)?.listen(backlog.clamp(1, SOMAXCONN) as u64)?;
        Ok(0)
    }

    fn accept(fd: i32, start: *mut u8, len: *mut u32) -> i32 {
        accepted(fd, start, len, 0)
    }

    fn accept4(fd: i32, start: *mut u8, len: *mut u32, flags: i32) -> i32 {
        accepted(fd, start, len, flags)
    }

    fn getsockname(fd: i32, start: *mut u8, len: *mut u32) -> i32 {
        write(table::socket(fd)?.local()?, start, len)
    }

    fn getpeername(fd: i32, start: *mut u8, len: *mut u32) -> i32 {
        write(table::socket(fd)?.remote()?, start, len)
    }

    fn shutdown(fd: i32, how: i32) -> i32 {
        table::socket(fd)?.shutdown(direction(how)?)?;
        Ok(0)
    }
}

fn accepted(fd: i32, start: *mut u8, len: *mut u32, flags: i32) -> Result<i32> {
    if flags & !(NONBLOCK | CLOEXEC) != 0 {
        return Err(Errno::INVAL);
    }
    let (connection, peer) = table::socket(fd)?.accept(flags & NONBLOCK != 0)?;
    let new = table::insert(connection)?;
    if let Err(errno) = address::write(peer, start, len) {
        table::remove(new);
        return Err(errno);
    }
    Ok(new)
}

/// `address` for a caller who wants nothing but that.
fn write(address: SocketAddr, start: *mut u8, len: *mut u32) -> Result<i32> {
    if start.is_null() {
        return Err(Errno::FAULT);
    }
    address::write(address, start, len)?;
    Ok(0)
}

pub fn direction(how: i32) -> Result<How> {
    match how {
        1 => Ok(How::Receive),
        2 => Ok(How::Send),
        3 => Ok(How::Both),
        _ => Err(Errno::INVAL),
    }
}
