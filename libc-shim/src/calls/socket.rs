//! Making sockets, and giving them addresses and peers.

use super::control::O_CLOEXEC;
use crate::address::{self, Address, Family, IPPROTO_TCP, IPPROTO_UDP};
use crate::c::{self, c};
use crate::description::{How, Kind};
use crate::errno::{Errno, Result};
use crate::table::{self, Shared, Vacancy};
use crate::tcp::Tcp;
use crate::udp::Udp;
use crate::{pipe, preview1};

const DGRAM: i32 = 5;
const STREAM: i32 = 6;
const NONBLOCK: i32 = 0x4000;
const CLOEXEC: i32 = 0x2000;

/// What a backlog can be at most, as on Linux.
const SOMAXCONN: i32 = 4096;

c! {
    fn socket(family: i32, kind: i32, protocol: i32) -> i32 {
        match kind & !(NONBLOCK | CLOEXEC) {
            STREAM => stream(family, kind, protocol),
            DGRAM => dgram(family, kind, protocol),
            _ => with_protocol(family, protocol, protocol).and(Err(Errno::INVAL)),
        }
    }

    fn socketpair(family: i32, kind: i32, protocol: i32, ends: *mut [i32; 2]) -> i32 {
        let pair = match (family, kind & !(NONBLOCK | CLOEXEC), protocol) {
            (address::UNIX, STREAM, 0) => pipe::pair(Kind::Stream, kind & NONBLOCK != 0)?,
            (address::UNIX, DGRAM, 0) => pipe::pair(Kind::Datagram, kind & NONBLOCK != 0)?,
            (address::UNIX, STREAM | DGRAM, _) => return Err(Errno::PROTONOSUPPORT),
            (address::UNIX, ..) => return Err(Errno::INVAL),
            _ => return Family::new(family).and(Err(Errno::NOTSUP)),
        };
        both(pair, kind & CLOEXEC != 0, ends)
    }

    fn pipe(ends: *mut [i32; 2]) -> i32 {
        both(pipe::pipe(false)?, false, ends)
    }

    fn pipe2(ends: *mut [i32; 2], flags: i32) -> i32 {
        let nonblock = i32::from(preview1::NONBLOCK);
        if flags & !(nonblock | O_CLOEXEC) != 0 {
            return Err(Errno::INVAL);
        }
        both(pipe::pipe(flags & nonblock != 0)?, flags & O_CLOEXEC != 0, ends)
    }

    fn bind(fd: i32, start: *const u8, len: u32) -> i32 {
        let socket = table::socket(fd)?;
        socket.bind(address::read_for(socket.protocol().0, start, len)?.ok_or(Errno::AFNOSUPPORT)?)?;
        Ok(0)
    }

    fn connect(fd: i32, start: *const u8, len: u32) -> i32 {
        let socket = table::socket(fd)?;
        socket.connect(address::read_for(socket.protocol().0, start, len)?)?;
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

    /// There is no urgent data, so a stream is never where it is.
    fn sockatmark(fd: i32) -> i32 {
        match table::find(fd) {
            Some(description) if description.kind() == Kind::Stream => Ok(0),
            Some(description) if description.protocol().0 == address::UNIX && description.kind().is_socket() => {
                Err(Errno::NOTSUP)
            }
            _ => table::check(fd).and(Err(Errno::NOTTY)),
        }
    }

    fn shutdown(fd: i32, how: i32) -> i32 {
        table::socket(fd)?.shutdown(direction(how)?)?;
        Ok(0)
    }
}

/// What the header makes of `socket` where the compiler knows the type: a program that calls nothing else has no UDP.
// Unsafe only because of the name, as in `c!`.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
extern "C" fn wasi_sockets_socket_stream(family: i32, kind: i32, protocol: i32) -> i32 {
    c::answer(stream(family, kind, protocol))
}

/// The same without TCP.
#[allow(unsafe_code)] // as above
#[unsafe(no_mangle)]
extern "C" fn wasi_sockets_socket_dgram(family: i32, kind: i32, protocol: i32) -> i32 {
    c::answer(dgram(family, kind, protocol))
}

fn stream(family: i32, kind: i32, protocol: i32) -> Result<i32> {
    let family = with_protocol(family, protocol, IPPROTO_TCP)?;
    let socket = Tcp::create(family, kind & NONBLOCK != 0)?;
    Ok(Vacancy::lowest()?.fill(socket, kind & CLOEXEC != 0))
}

fn dgram(family: i32, kind: i32, protocol: i32) -> Result<i32> {
    let family = with_protocol(family, protocol, IPPROTO_UDP)?;
    let socket = Udp::create(family, kind & NONBLOCK != 0)?;
    Ok(Vacancy::lowest()?.fill(socket, kind & CLOEXEC != 0))
}

/// The family, if the protocol is the one that it has for the type, or any.
fn with_protocol(family: i32, protocol: i32, expected: i32) -> Result<Family> {
    if !(0..256).contains(&protocol) {
        return Err(Errno::INVAL);
    }
    let family = Family::new(family)?;
    if protocol == 0 || protocol == expected { Ok(family) } else { Err(Errno::PROTONOSUPPORT) }
}

/// Numbers for both ends, or for none.
fn both([first, second]: [Shared; 2], close_on_exec: bool, ends: *mut [i32; 2]) -> Result<i32> {
    let numbers = [Vacancy::lowest()?, Vacancy::lowest()?];
    c::put(ends, numbers.each_ref().map(Vacancy::number))?;
    let [low, high] = numbers;
    low.fill(first, close_on_exec);
    high.fill(second, close_on_exec);
    Ok(0)
}

fn accepted(fd: i32, start: *mut u8, len: *mut u32, flags: i32) -> Result<i32> {
    if flags & !(NONBLOCK | CLOEXEC) != 0 {
        return Err(Errno::INVAL);
    }
    let socket = table::socket(fd)?;
    // Without a number for it, a connection stays where it waits.
    let number = Vacancy::lowest()?;
    let (connection, peer) = socket.accept(flags & NONBLOCK != 0)?;
    address::write(peer.into(), start, len)?;
    Ok(number.fill(connection, flags & CLOEXEC != 0))
}

/// `address` for a caller who wants nothing but that.
fn write(address: Address, start: *mut u8, len: *mut u32) -> Result<i32> {
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
