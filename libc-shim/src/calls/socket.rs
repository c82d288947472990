//! Making sockets, and giving them addresses and peers.

use super::control::O_CLOEXEC;
use crate::address::{self, Address, Family, IPPROTO_TCP, IPPROTO_UDP};
use crate::c;
use crate::description::{How, Kind, SOCK_DGRAM, SOCK_STREAM};
use crate::errno::{Errno, Result};
use crate::table::{self, Reservation, Shared};
use crate::tcp::Tcp;
use crate::udp::Udp;
use crate::{pipe, preview1};

const SOCK_NONBLOCK: i32 = 0x4000;
const SOCK_CLOEXEC: i32 = 0x2000;

/// Types are below this, as on Linux.
const SOCK_MAX: i32 = 11;

/// The largest backlog, as on Linux.
const SOMAXCONN: i32 = 4096;

/// Makes a socket.
///
/// Errors: `EAFNOSUPPORT`, `EPROTONOSUPPORT`, also for a type without sockets, `EINVAL` for what is no type or protocol,
/// `EMFILE`, `ENOMEM`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/socket.html>
pub fn socket(family: i32, kind: i32, protocol: i32) -> Result<i32> {
    match kind & !(SOCK_NONBLOCK | SOCK_CLOEXEC) {
        SOCK_STREAM => stream(family, kind, protocol),
        SOCK_DGRAM => dgram(family, kind, protocol),
        other => with_protocol(family, protocol, protocol).and(Err(without_sockets(other))),
    }
}

/// Makes two connected sockets in memory.
///
/// Errors: `EAFNOSUPPORT`, `EOPNOTSUPP` for a family other than `AF_UNIX`, `EPROTONOSUPPORT`, `EINVAL`, `EMFILE`,
/// `ENOMEM`, `EFAULT`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/socketpair.html>
pub fn socketpair(family: i32, kind: i32, protocol: i32, ends: *mut [i32; 2]) -> Result<i32> {
    let pair = match (family, kind & !(SOCK_NONBLOCK | SOCK_CLOEXEC), protocol) {
        (address::AF_UNIX, SOCK_STREAM, 0) => pipe::pair(Kind::Stream, kind & SOCK_NONBLOCK != 0)?,
        (address::AF_UNIX, SOCK_DGRAM, 0) => pipe::pair(Kind::Datagram, kind & SOCK_NONBLOCK != 0)?,
        (address::AF_UNIX, SOCK_STREAM | SOCK_DGRAM, _) => return Err(Errno::PROTONOSUPPORT),
        (address::AF_UNIX, other, _) => return Err(without_sockets(other)),
        _ => return Family::new(family).and(Err(Errno::NOTSUP)),
    };
    both(pair, kind & SOCK_CLOEXEC != 0, ends)
}

/// Makes a pipe in memory.
///
/// Errors: `EMFILE`, `ENOMEM`, `EFAULT`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/pipe.html>
pub fn pipe(ends: *mut [i32; 2]) -> Result<i32> {
    both(pipe::pipe(false)?, false, ends)
}

/// [`pipe()`] with flags.
///
/// Errors: `EINVAL` for other flags than `O_NONBLOCK` and `O_CLOEXEC`, `EMFILE`, `ENOMEM`, `EFAULT`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/pipe.html>
pub fn pipe2(ends: *mut [i32; 2], flags: i32) -> Result<i32> {
    let nonblock = i32::from(preview1::NONBLOCK);
    if flags & !(nonblock | O_CLOEXEC) != 0 {
        return Err(Errno::INVAL);
    }
    both(pipe::pipe(flags & nonblock != 0)?, flags & O_CLOEXEC != 0, ends)
}

/// Gives a socket its address.
///
/// Errors: `EBADF`, `ENOTSOCK`, `EFAULT`, `EAFNOSUPPORT`, `EINVAL` for a bound socket, `EADDRINUSE`, `EADDRNOTAVAIL`,
/// `EACCES`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/bind.html>
pub fn bind(fd: i32, start: *const u8, len: u32) -> Result<i32> {
    let socket = table::socket(fd)?;
    socket.bind(address::read_for(socket.protocol().0, start, len)?.ok_or(Errno::AFNOSUPPORT)?)?;
    Ok(0)
}

/// Connects a socket; with `AF_UNSPEC` disconnects it.
///
/// Errors: `EBADF`, `ENOTSOCK`, `EFAULT`, `EAFNOSUPPORT`, `EINVAL`, `EISCONN`, `EALREADY`, `EINPROGRESS`,
/// `ECONNREFUSED`, `ECONNABORTED`, `ENETUNREACH`, `EHOSTUNREACH`, `ETIMEDOUT`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/connect.html>
pub fn connect(fd: i32, start: *const u8, len: u32) -> Result<i32> {
    let socket = table::socket(fd)?;
    socket.connect(address::read_for(socket.protocol().0, start, len)?)?;
    Ok(0)
}

/// Accepts connections from now on.
///
/// Errors: `EBADF`, `ENOTSOCK`, `EOPNOTSUPP` for datagrams, `EINVAL` for a connected socket, `EADDRINUSE`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/listen.html>
pub fn listen(fd: i32, backlog: i32) -> Result<i32> {
    table::socket(fd)?.listen(backlog.clamp(1, SOMAXCONN) as u64)?;
    Ok(0)
}

/// Takes the next connection of a listener.
///
/// Errors: `EBADF`, `ENOTSOCK`, `EOPNOTSUPP` for datagrams, `EINVAL` unless it listens, `EAGAIN`, `EMFILE`, `ENOMEM`,
/// `ECONNABORTED`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/accept.html>
pub fn accept(fd: i32, start: *mut u8, len: *mut u32) -> Result<i32> {
    accepted(fd, start, len, 0)
}

/// [`accept`] with flags.
///
/// Errors: those of [`accept`], `EINVAL` for other flags than `SOCK_NONBLOCK` and `SOCK_CLOEXEC`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/accept.html>
pub fn accept4(fd: i32, start: *mut u8, len: *mut u32, flags: i32) -> Result<i32> {
    accepted(fd, start, len, flags)
}

/// Tells the address of a socket.
///
/// Errors: `EBADF`, `ENOTSOCK`, `EFAULT`, `EINVAL` for a negative length.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getsockname.html>
pub fn getsockname(fd: i32, start: *mut u8, len: *mut u32) -> Result<i32> {
    write(table::socket(fd)?.local()?, start, len)
}

/// Tells the address of the peer.
///
/// Errors: `EBADF`, `ENOTSOCK`, `ENOTCONN`, `EFAULT`, `EINVAL` for a negative length.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getpeername.html>
pub fn getpeername(fd: i32, start: *mut u8, len: *mut u32) -> Result<i32> {
    write(table::socket(fd)?.remote()?, start, len)
}

/// Tells whether a stream is at its urgent data. There is none.
///
/// Errors: `EBADF`, `ENOTTY` for what is no socket, `EOPNOTSUPP` for local datagrams.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/sockatmark.html>
pub fn sockatmark(fd: i32) -> Result<i32> {
    match table::lookup(fd) {
        Some(description) if description.kind() == Kind::Stream => Ok(0),
        Some(description) if description.protocol().0 == address::AF_UNIX && description.kind().is_socket() => {
            Err(Errno::NOTSUP)
        }
        _ => table::check(fd).and(Err(Errno::NOTTY)),
    }
}

/// Ends one or both directions of a connection.
///
/// Errors: `EBADF`, `ENOTSOCK`, `ENOTCONN`, `EINVAL` for an unknown direction.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/shutdown.html>
pub fn shutdown(fd: i32, how: i32) -> Result<i32> {
    table::socket(fd)?.shutdown(direction(how)?)?;
    Ok(0)
}

/// The header replaces `socket` by this where the compiler knows the type: a program that calls nothing else has no UDP.
// Unsafe only because of the name, as in `exports.rs`.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
extern "C" fn wasi_sockets_socket_stream(family: i32, kind: i32, protocol: i32) -> i32 {
    c::return_value(stream(family, kind, protocol))
}

/// The same without TCP.
#[allow(unsafe_code)] // as above
#[unsafe(no_mangle)]
extern "C" fn wasi_sockets_socket_dgram(family: i32, kind: i32, protocol: i32) -> i32 {
    c::return_value(dgram(family, kind, protocol))
}

fn stream(family: i32, kind: i32, protocol: i32) -> Result<i32> {
    let family = with_protocol(family, protocol, IPPROTO_TCP)?;
    let socket = Tcp::create(family, kind & SOCK_NONBLOCK != 0)?;
    Ok(Reservation::lowest()?.fill(socket, kind & SOCK_CLOEXEC != 0))
}

fn dgram(family: i32, kind: i32, protocol: i32) -> Result<i32> {
    let family = with_protocol(family, protocol, IPPROTO_UDP)?;
    let socket = Udp::create(family, kind & SOCK_NONBLOCK != 0)?;
    Ok(Reservation::lowest()?.fill(socket, kind & SOCK_CLOEXEC != 0))
}

/// The error for a type that has no sockets here. For the types that Linux knows, its own is `ESOCKTNOSUPPORT`, which WASI lacks.
fn without_sockets(kind: i32) -> Errno {
    if (0..SOCK_MAX).contains(&kind) { Errno::PROTONOSUPPORT } else { Errno::INVAL }
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
    let numbers = [Reservation::lowest()?, Reservation::lowest()?];
    c::put(ends, numbers.each_ref().map(Reservation::number))?;
    let [low, high] = numbers;
    low.fill(first, close_on_exec);
    high.fill(second, close_on_exec);
    Ok(0)
}

fn accepted(fd: i32, start: *mut u8, len: *mut u32, flags: i32) -> Result<i32> {
    if flags & !(SOCK_NONBLOCK | SOCK_CLOEXEC) != 0 {
        return Err(Errno::INVAL);
    }
    let socket = table::socket(fd)?;
    // Without a number for it, a connection stays where it waits.
    let number = Reservation::lowest()?;
    let (connection, peer) = socket.accept(flags & SOCK_NONBLOCK != 0)?;
    address::write(peer.into(), start, len)?;
    Ok(number.fill(connection, flags & SOCK_CLOEXEC != 0))
}

/// `address` for a caller who wants nothing but that.
fn write(address: Address, start: *mut u8, len: *mut u32) -> Result<i32> {
    if start.is_null() {
        return Err(Errno::FAULT);
    }
    address::write(address, start, len)?;
    Ok(0)
}

const SHUT_RD: i32 = 1;
const SHUT_WR: i32 = 2;
const SHUT_RDWR: i32 = 3;

pub fn direction(how: i32) -> Result<How> {
    match how {
        SHUT_RD => Ok(How::Receive),
        SHUT_WR => Ok(How::Send),
        SHUT_RDWR => Ok(How::Both),
        _ => Err(Errno::INVAL),
    }
}
