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

use crate::address;
use crate::c::{self, Timeval, c};
use crate::description::{Description, Kind};
use crate::errno::{Errno, Result};
use crate::table;

const SOCKET: i32 = 0x7fff_ffff;
const IP: i32 = 0;
const TCP: i32 = 6;
const IPV6: i32 = 41;

/// An option that a kind of sockets answers for itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Name {
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

/// What the shim keeps itself. A connection begins with what its listener has.
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
    pub fn linger(&self) -> core::option::Option<u64> {
        match self.linger.get() {
            [1, seconds] => Some(u64::from(seconds.cast_unsigned()) * 1_000_000_000),
            _ => None,
        }
    }
}

/// The bit of `TCP_NODELAY`; those of `SOL_SOCKET` have the option's number.
const NODELAY: u32 = 0;

/// What there is to know about an option.
enum Option<'a> {
    Known(i32),
    Error,
    Switch(u32),
    LowWater,
    Linger,
    Timeout(&'a Cell<u64>),
    /// The place of a hint.
    Hint(usize),
    Own(Name),
}

fn option(socket: &dyn Description, level: i32, name: i32) -> Result<Option<'_>> {
    let remembered = &socket.common().remembered;
    let (domain, protocol) = socket.protocol();
    let stream = socket.kind() == Kind::Stream;
    let (tcp, v6) = (protocol == TCP, domain == address::INET6);
    if let Some(index) = hints::find(socket, level, name) {
        return Ok(Option::Hint(index));
    }
    Ok(match (level, name) {
        (SOCKET, 2 | 5 | 6 | 10 | 15) => Option::Switch(name as u32),
        (SOCKET, 3) => Option::Known(if stream { 6 } else { 5 }),
        (SOCKET, 4) => Option::Error,
        (SOCKET, 7) => Option::Own(Name::SendBuffer),
        (SOCKET, 8) => Option::Own(Name::ReceiveBuffer),
        (SOCKET, 9) if tcp => Option::Own(Name::KeepAlive),
        (SOCKET, 9) => Option::Switch(9),
        (SOCKET, 13) => Option::Linger,
        (SOCKET, 18) => Option::LowWater,
        (SOCKET, 19) => Option::Known(1),
        (SOCKET, 30) => Option::Own(Name::AcceptConn),
        (SOCKET, 38) => Option::Known(protocol),
        (SOCKET, 39) => Option::Known(domain),
        (SOCKET, 66) => Option::Timeout(&remembered.receive_timeout),
        (SOCKET, 67) => Option::Timeout(&remembered.send_timeout),
        (TCP, 1) if tcp => Option::Switch(NODELAY),
        (TCP, 4) if tcp => Option::Own(Name::KeepIdle),
        (TCP, 5) if tcp => Option::Own(Name::KeepInterval),
        (TCP, 6) if tcp => Option::Own(Name::KeepCount),
        (IP, 2) if domain == address::INET => Option::Own(Name::Hops),
        (IPV6, 16) if v6 => Option::Own(Name::Hops),
        (IPV6, 26) if v6 => Option::Own(Name::V6Only),
        _ => return Err(Errno::NOPROTOOPT),
    })
}

/// Whether there are options of this level at all. Only who asks for one learns the difference.
fn has_level(socket: &dyn Description, level: i32) -> bool {
    let (domain, protocol) = socket.protocol();
    match level {
        SOCKET => true,
        IP => domain != address::UNIX,
        TCP => protocol == TCP,
        IPV6 => domain == address::INET6,
        _ => false,
    }
}

c! {
    fn getsockopt(fd: i32, level: i32, name: i32, value: *mut u8, len: *mut u32) -> i32 {
        let socket = table::socket(fd)?;
        if !has_level(&*socket, level) {
            return Err(Errno::NOTSUP);
        }
        let remembered = &socket.common().remembered;
        let mut bytes = [0; size_of::<Timeval>()];
        let mut whole = 4;
        let mut put = |at: usize, value: i32| bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        match option(&*socket, level, name)? {
            Option::Known(value) => put(0, value),
            Option::Error => {
                socket.settle();
                put(0, socket.common().error.take().map_or(0, |errno| errno.0.into()));
            }
            Option::Switch(bit) => put(0, (remembered.switches.get() >> bit & 1) as i32),
            Option::LowWater => put(0, remembered.low_water.get() + 1),
            Option::Linger => {
                let [on, seconds] = remembered.linger.get();
                put(0, on);
                put(4, seconds);
                whole = 8;
            }
            Option::Timeout(cell) => {
                let (sec, usec) = (cell.get() / 1_000_000_000, cell.get() % 1_000_000_000 / 1000);
                bytes[..8].copy_from_slice(&sec.to_le_bytes());
                bytes[8..].copy_from_slice(&usec.to_le_bytes());
                whole = bytes.len();
            }
            Option::Hint(index) => put(0, remembered.hints.get(index)),
            Option::Own(name) => put(0, socket.get_option(name)?),
        }
        let room = usize::try_from(c::get(len)? as i32).map_err(|_| Errno::INVAL)?.min(whole);
        c::slice_mut(value, room)?.copy_from_slice(&bytes[..room]);
        c::put(len, room as u32)?;
        Ok(0)
    }

    fn setsockopt(fd: i32, level: i32, name: i32, value: *const u8, len: u32) -> i32 {
        let socket = table::socket(fd)?;
        if level != SOCKET && socket.protocol().0 == address::UNIX {
            return Err(Errno::NOTSUP);
        }
        let remembered = &socket.common().remembered;
        let number = |at: usize| match len as usize {
            len if len >= at + 4 => c::get(value.wrapping_add(at).cast::<i32>()),
            1..4 if level == IP => c::get(value).map(i32::from),
            _ => Err(Errno::INVAL),
        };
        match option(&*socket, level, name)? {
            Option::Known(_) | Option::Error | Option::Own(Name::AcceptConn) => return Err(Errno::NOPROTOOPT),
            Option::Switch(bit) => {
                let others = remembered.switches.get() & !(1 << bit);
                remembered.switches.set(others | u32::from(number(0)? != 0) << bit);
            }
            Option::LowWater => remembered.low_water.set(number(0)?.max(1) - 1),
            Option::Linger => remembered.linger.set([(number(0)? != 0).into(), number(4)?]),
            Option::Timeout(cell) => {
                if (len as usize) < size_of::<Timeval>() {
                    return Err(Errno::INVAL);
                }
                cell.set(nanoseconds(c::get(value.cast())?)?);
            }
            Option::Hint(index) => remembered.hints.set(index, number(0)?, socket.kind())?,
            Option::Own(name) => socket.set_option(name, number(0)?)?,
        }
        Ok(0)
    }
}

/// What may be asked of the host: `value`, if it is in the range that Linux has for it.
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
