//! `getsockopt` and `setsockopt`: what all kinds of sockets have, and the table of names.
//!
//! | options | what they do |
//! |---|---|
//! | `SO_TYPE`, `SO_DOMAIN`, `SO_PROTOCOL`, `SO_ACCEPTCONN`, `SO_ERROR`, `SO_SNDLOWAT` | tell |
//! | `SO_RCVTIMEO`, `SO_SNDTIMEO` | limit what a call waits |
//! | `SO_KEEPALIVE`, `TCP_KEEP*`, `SO_RCVBUF`, `SO_SNDBUF`, `IP_TTL`, `IPV6_UNICAST_HOPS` | are the host's |
//! | `SO_REUSEADDR`, `SO_REUSEPORT`, `SO_BROADCAST`, `SO_DONTROUTE`, `SO_OOBINLINE`, `SO_RCVLOWAT`, `TCP_NODELAY` | are remembered: WASI decides for itself |
//! | `IP_TOS`, `IPV6_TCLASS`, `SO_PRIORITY` and their like | are remembered, too ([`hints`]) |
//! | `SO_LINGER` | is remembered, and `close` waits, but no connection is reset |
//! | `IPV6_V6ONLY` | is on, and stays on: WASI knows nothing else |

mod hints;

use core::cell::Cell;

use crate::address::{self, IPPROTO_TCP};
use crate::c::{self, Timeval};
use crate::description::{Description, Kind, SOCK_DGRAM, SOCK_STREAM};
use crate::errno::{Errno, Result};
use crate::table;

pub const SOL_SOCKET: i32 = 0x7fff_ffff;
pub const IPPROTO_IP: i32 = 0;
pub const IPPROTO_IPV6: i32 = 41;

pub const SO_REUSEADDR: i32 = 2;
pub const SO_TYPE: i32 = 3;
pub const SO_ERROR: i32 = 4;
pub const SO_DONTROUTE: i32 = 5;
pub const SO_BROADCAST: i32 = 6;
pub const SO_SNDBUF: i32 = 7;
pub const SO_RCVBUF: i32 = 8;
pub const SO_KEEPALIVE: i32 = 9;
pub const SO_OOBINLINE: i32 = 10;
pub const SO_LINGER: i32 = 13;
pub const SO_REUSEPORT: i32 = 15;
pub const SO_RCVLOWAT: i32 = 18;
pub const SO_SNDLOWAT: i32 = 19;
pub const SO_ACCEPTCONN: i32 = 30;
pub const SO_PROTOCOL: i32 = 38;
pub const SO_DOMAIN: i32 = 39;
pub const SO_RCVTIMEO: i32 = 66;
pub const SO_SNDTIMEO: i32 = 67;

pub const TCP_NODELAY: i32 = 1;
pub const TCP_KEEPIDLE: i32 = 4;
pub const TCP_KEEPINTVL: i32 = 5;
pub const TCP_KEEPCNT: i32 = 6;

pub const IP_TTL: i32 = 2;
pub const IPV6_UNICAST_HOPS: i32 = 16;
pub const IPV6_V6ONLY: i32 = 26;

/// An option that each kind of sockets implements itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum OptionName {
    AcceptConn,
    KeepAlive,
    KeepCount,
    /// In seconds.
    KeepIdle,
    /// In seconds.
    KeepInterval,
    Hops,
    ReceiveBuffer,
    SendBuffer,
    V6Only,
}

/// The options that the shim keeps itself. A connection inherits those of its listener.
#[derive(Clone, Default)]
pub struct Remembered {
    /// A bit for each switch that is on.
    switches: Cell<u32>,
    hints: hints::Hints,
    /// One less than `SO_RCVLOWAT`.
    low_water: Cell<i32>,
    linger: Cell<[i32; 2]>,
    /// In nanoseconds; 0 is forever.
    pub receive_timeout: Cell<u64>,
    /// The same.
    pub send_timeout: Cell<u64>,
}

impl Remembered {
    /// The time that `close` waits, in nanoseconds.
    pub fn linger(&self) -> Option<u64> {
        match self.linger.get() {
            [1, seconds] => Some(u64::from(seconds.cast_unsigned()) * 1_000_000_000),
            _ => None,
        }
    }
}

/// The bit of `TCP_NODELAY`; those of `SOL_SOCKET` have the option's number.
const NODELAY: u32 = 0;

/// The implementation of an option.
enum SocketOption<'a> {
    Known(i32),
    Error,
    Switch(u32),
    LowWater,
    Linger,
    Timeout(&'a Cell<u64>),
    /// The index of a hint.
    Hint(usize),
    Own(OptionName),
}

fn option(socket: &dyn Description, level: i32, name: i32) -> Result<SocketOption<'_>> {
    let remembered = &socket.common().remembered;
    let (domain, protocol) = socket.protocol();
    let stream = socket.kind() == Kind::Stream;
    let (tcp, v6) = (protocol == IPPROTO_TCP, domain == address::AF_INET6);
    if let Some(index) = hints::find(socket, level, name) {
        return Ok(SocketOption::Hint(index));
    }
    Ok(match (level, name) {
        (SOL_SOCKET, SO_REUSEADDR | SO_DONTROUTE | SO_BROADCAST | SO_OOBINLINE | SO_REUSEPORT) => {
            SocketOption::Switch(name as u32)
        }
        (SOL_SOCKET, SO_TYPE) => SocketOption::Known(if stream { SOCK_STREAM } else { SOCK_DGRAM }),
        (SOL_SOCKET, SO_ERROR) => SocketOption::Error,
        (SOL_SOCKET, SO_SNDBUF) => SocketOption::Own(OptionName::SendBuffer),
        (SOL_SOCKET, SO_RCVBUF) => SocketOption::Own(OptionName::ReceiveBuffer),
        (SOL_SOCKET, SO_KEEPALIVE) if tcp => SocketOption::Own(OptionName::KeepAlive),
        (SOL_SOCKET, SO_KEEPALIVE) => SocketOption::Switch(SO_KEEPALIVE as u32),
        (SOL_SOCKET, SO_LINGER) => SocketOption::Linger,
        (SOL_SOCKET, SO_RCVLOWAT) => SocketOption::LowWater,
        (SOL_SOCKET, SO_SNDLOWAT) => SocketOption::Known(1),
        (SOL_SOCKET, SO_ACCEPTCONN) => SocketOption::Own(OptionName::AcceptConn),
        (SOL_SOCKET, SO_PROTOCOL) => SocketOption::Known(protocol),
        (SOL_SOCKET, SO_DOMAIN) => SocketOption::Known(domain),
        (SOL_SOCKET, SO_RCVTIMEO) => SocketOption::Timeout(&remembered.receive_timeout),
        (SOL_SOCKET, SO_SNDTIMEO) => SocketOption::Timeout(&remembered.send_timeout),
        (IPPROTO_TCP, TCP_NODELAY) if tcp => SocketOption::Switch(NODELAY),
        (IPPROTO_TCP, TCP_KEEPIDLE) if tcp => SocketOption::Own(OptionName::KeepIdle),
        (IPPROTO_TCP, TCP_KEEPINTVL) if tcp => SocketOption::Own(OptionName::KeepInterval),
        (IPPROTO_TCP, TCP_KEEPCNT) if tcp => SocketOption::Own(OptionName::KeepCount),
        (IPPROTO_IP, IP_TTL) if domain == address::AF_INET => SocketOption::Own(OptionName::Hops),
        (IPPROTO_IPV6, IPV6_UNICAST_HOPS) if v6 => SocketOption::Own(OptionName::Hops),
        (IPPROTO_IPV6, IPV6_V6ONLY) if v6 => SocketOption::Own(OptionName::V6Only),
        _ => return Err(Errno::NOPROTOOPT),
    })
}

/// True if a socket has options of this level. Only `getsockopt` tells the difference.
fn has_level(socket: &dyn Description, level: i32) -> bool {
    let (domain, protocol) = socket.protocol();
    match level {
        SOL_SOCKET => true,
        IPPROTO_IP => domain != address::AF_UNIX,
        IPPROTO_TCP => protocol == IPPROTO_TCP,
        IPPROTO_IPV6 => domain == address::AF_INET6,
        _ => false,
    }
}

/// Reads an option.
///
/// Errors: `EBADF`, `ENOTSOCK`, `ENOPROTOOPT`, `EOPNOTSUPP` for an unknown level, `EINVAL` for a negative length,
/// `EFAULT`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getsockopt.html>
pub fn getsockopt(fd: i32, level: i32, name: i32, value: *mut u8, len: *mut u32) -> Result<i32> {
    let socket = table::socket(fd)?;
    if !has_level(&*socket, level) {
        return Err(Errno::NOTSUP);
    }
    let remembered = &socket.common().remembered;
    let mut bytes = [0; size_of::<Timeval>()];
    let mut whole = 4;
    let mut put = |at: usize, value: i32| bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    match option(&*socket, level, name)? {
        SocketOption::Known(value) => put(0, value),
        SocketOption::Error => {
            socket.settle();
            put(0, socket.common().error.take().map_or(0, |errno| errno.0.into()));
        }
        SocketOption::Switch(bit) => put(0, (remembered.switches.get() >> bit & 1) as i32),
        SocketOption::LowWater => put(0, remembered.low_water.get() + 1),
        SocketOption::Linger => {
            let [on, seconds] = remembered.linger.get();
            put(0, on);
            put(4, seconds);
            whole = 8;
        }
        SocketOption::Timeout(cell) => {
            let (sec, usec) = (cell.get() / 1_000_000_000, cell.get() % 1_000_000_000 / 1000);
            bytes[..8].copy_from_slice(&sec.to_le_bytes());
            bytes[8..].copy_from_slice(&usec.to_le_bytes());
            whole = bytes.len();
        }
        SocketOption::Hint(index) => put(0, remembered.hints.get(index)),
        SocketOption::Own(name) => put(0, socket.get_option(name)?),
    }
    let room = usize::try_from(c::get(len)? as i32).map_err(|_| Errno::INVAL)?.min(whole);
    c::slice_mut(value, room)?.copy_from_slice(&bytes[..room]);
    c::put(len, room as u32)?;
    Ok(0)
}

/// Sets an option.
///
/// Errors: `EBADF`, `ENOTSOCK`, `ENOPROTOOPT`, `EINVAL` for a value or length that does not fit, `EDOM` for a time,
/// `EFAULT`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/setsockopt.html>
pub fn setsockopt(fd: i32, level: i32, name: i32, value: *const u8, len: u32) -> Result<i32> {
    let socket = table::socket(fd)?;
    if level != SOL_SOCKET && socket.protocol().0 == address::AF_UNIX {
        return Err(Errno::NOTSUP);
    }
    let remembered = &socket.common().remembered;
    let number = |at: usize| match len as usize {
        len if len >= at + 4 => c::get(value.wrapping_add(at).cast::<i32>()),
        1..4 if level == IPPROTO_IP => c::get(value).map(i32::from),
        _ => Err(Errno::INVAL),
    };
    match option(&*socket, level, name)? {
        SocketOption::Known(_) | SocketOption::Error | SocketOption::Own(OptionName::AcceptConn) => {
            return Err(Errno::NOPROTOOPT);
        }
        SocketOption::Switch(bit) => {
            let others = remembered.switches.get() & !(1 << bit);
            remembered.switches.set(others | u32::from(number(0)? != 0) << bit);
        }
        SocketOption::LowWater => remembered.low_water.set(number(0)?.max(1) - 1),
        SocketOption::Linger => remembered.linger.set([(number(0)? != 0).into(), number(4)?]),
        SocketOption::Timeout(cell) => {
            if (len as usize) < size_of::<Timeval>() {
                return Err(Errno::INVAL);
            }
            cell.set(nanoseconds(c::get(value.cast())?)?);
        }
        SocketOption::Hint(index) => remembered.hints.set(index, number(0)?, socket.kind())?,
        SocketOption::Own(name) => socket.set_option(name, number(0)?)?,
    }
    Ok(0)
}

/// `value` for the host, if it is in the range that Linux has for it.
pub fn within(value: i32, range: core::ops::RangeInclusive<i32>) -> Result<u64> {
    if range.contains(&value) { Ok(value as u64) } else { Err(Errno::INVAL) }
}

/// A number of hops; -1 stands for what is usual.
pub fn hops(value: i32) -> Result<u8> {
    Ok(if value == -1 { 64 } else { within(value, 1..=255)? as u8 })
}

/// A time as POSIX has it in options and in `select`. A negative one is over.
pub fn nanoseconds(time: Timeval) -> Result<u64> {
    if !(0..1_000_000).contains(&time.usec) {
        return Err(Errno::DOM);
    }
    let seconds = u64::try_from(time.sec).unwrap_or(0);
    Ok(seconds.saturating_mul(1_000_000_000).saturating_add(time.usec as u64 * 1000))
}
