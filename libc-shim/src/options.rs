//! `getsockopt` and `setsockopt`: what all kinds of sockets have, and the table of names.
//!
//! | options | what they do |
//! |---|---|
//! | `SO_TYPE`, `SO_DOMAIN`, `SO_PROTOCOL`, `SO_ACCEPTCONN`, `SO_ERROR` | tell |
//! | `SO_RCVTIMEO`, `SO_SNDTIMEO` | limit what a call waits |
//! | `SO_KEEPALIVE`, `TCP_KEEP*`, `SO_RCVBUF`, `SO_SNDBUF`, `IP_TTL`, `IPV6_UNICAST_HOPS` | are the host's |
//! | `SO_REUSEADDR`, `SO_REUSEPORT`, `SO_BROADCAST`, `SO_LINGER`, `TCP_NODELAY` | are remembered: WASI decides for itself |
//! | `IPV6_V6ONLY` | is always on in WASI |

use core::cell::Cell;

use crate::c::{self, Timeval, c};
use crate::description::{Description, Kind};
use crate::errno::{Errno, Result};
use crate::table;

const SOCKET: i32 = 0x7fff_ffff;
const IP: i32 = 0;
const TCP: i32 = 6;
const IPV6: i32 = 41;

/// An option that the host has, for some kinds of sockets.
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
}

/// What the shim keeps itself.
#[derive(Default)]
pub struct Remembered {
    reuse_address: Cell<i32>,
    reuse_port: Cell<i32>,
    broadcast: Cell<i32>,
    nodelay: Cell<i32>,
    linger: Cell<[i32; 2]>,
    /// In nanoseconds; 0 is forever.
    pub receive_timeout: Cell<u64>,
    /// The same.
    pub send_timeout: Cell<u64>,
}

/// What there is to know about an option.
enum Option<'a> {
    Known(i32),
    Error,
    Switch(&'a Cell<i32>),
    Linger(&'a Cell<[i32; 2]>),
    Timeout(&'a Cell<u64>),
    V6Only,
    Host(Name),
}

fn option(socket: &dyn Description, level: i32, name: i32) -> Result<Option<'_>> {
    let common = socket.common();
    let remembered = &common.remembered;
    let stream = socket.kind() == Kind::Stream;
    let v6 = common.family.number() == crate::address::INET6;
    Ok(match (level, name) {
        (SOCKET, 2) => Option::Switch(&remembered.reuse_address),
        (SOCKET, 3) => Option::Known(if stream { 6 } else { 5 }),
        (SOCKET, 4) => Option::Error,
        (SOCKET, 6) => Option::Switch(&remembered.broadcast),
        (SOCKET, 7) => Option::Host(Name::SendBuffer),
        (SOCKET, 8) => Option::Host(Name::ReceiveBuffer),
        (SOCKET, 9) => Option::Host(Name::KeepAlive),
        (SOCKET, 13) => Option::Linger(&remembered.linger),
        (SOCKET, 15) => Option::Switch(&remembered.reuse_port),
        (SOCKET, 30) => Option::Host(Name::AcceptConn),
        (SOCKET, 38) => Option::Known(if stream { 6 } else { 17 }),
        (SOCKET, 39) => Option::Known(common.family.number()),
        (SOCKET, 66) => Option::Timeout(&remembered.receive_timeout),
        (SOCKET, 67) => Option::Timeout(&remembered.send_timeout),
        (TCP, 1) if stream => Option::Switch(&remembered.nodelay),
        (TCP, 4) if stream => Option::Host(Name::KeepIdle),
        (TCP, 5) if stream => Option::Host(Name::KeepInterval),
        (TCP, 6) if stream => Option::Host(Name::KeepCount),
        (IP, 2) if !v6 => Option::Host(Name::Hops),
        (IPV6, 16) if v6 => Option::Host(Name::Hops),
        (IPV6, 26) if v6 => Option::V6Only,
        _ => return Err(Errno::NOPROTOOPT),
    })
}

c! {
    fn getsockopt(fd: i32, level: i32, name: i32, value: *mut u8, len: *mut u32) -> i32 {
        let socket = table::socket(fd)?;
        let mut bytes = [0; size_of::<Timeval>()];
        let mut whole = 4;
        match option(&*socket, level, name)? {
            Option::Known(value) => bytes[..4].copy_from_slice(&value.to_le_bytes()),
            Option::Error => {
                socket.settle();
                let errno = socket.common().error.take().map_or(0, |errno| i32::from(errno.0));
                bytes[..4].copy_from_slice(&errno.to_le_bytes());
            }
            Option::Switch(cell) => bytes[..4].copy_from_slice(&cell.get().to_le_bytes()),
            Option::Linger(cell) => {
                let [on, seconds] = cell.get();
                bytes[..4].copy_from_slice(&on.to_le_bytes());
                bytes[4..8].copy_from_slice(&seconds.to_le_bytes());
                whole = 8;
            }
            Option::Timeout(cell) => {
                let (sec, usec) = (cell.get() / 1_000_000_000, cell.get() % 1_000_000_000 / 1000);
                bytes[..8].copy_from_slice(&sec.to_le_bytes());
                bytes[8..].copy_from_slice(&usec.to_le_bytes());
                whole = bytes.len();
            }
            Option::V6Only => bytes[0] = 1,
            Option::Host(name) => bytes[..4].copy_from_slice(&socket.get_option(name)?.to_le_bytes()),
        }
        let room = whole.min(c::get(len)? as usize);
        c::slice_mut(value, room)?.copy_from_slice(&bytes[..room]);
        c::put(len, room as u32)?;
        Ok(0)
    }

    fn setsockopt(fd: i32, level: i32, name: i32, value: *const u8, len: u32) -> i32 {
        let socket = table::socket(fd)?;
        let number = |at: usize| match len as usize >= at + 4 {
            true => c::get(value.wrapping_add(at).cast::<i32>()),
            false => Err(Errno::INVAL),
        };
        match option(&*socket, level, name)? {
            Option::Known(_) | Option::Error => return Err(Errno::NOPROTOOPT),
            Option::Switch(cell) => cell.set((number(0)? != 0).into()),
            Option::Linger(cell) => cell.set([(number(0)? != 0).into(), number(4)?]),
            Option::Timeout(cell) => {
                if (len as usize) < size_of::<Timeval>() {
                    return Err(Errno::INVAL);
                }
                cell.set(nanoseconds(c::get(value.cast())?)?);
            }
            Option::V6Only if number(0)? != 0 => {}
            Option::V6Only => return Err(Errno::NOTSUP),
            Option::Host(Name::AcceptConn) => return Err(Errno::NOPROTOOPT),
            Option::Host(name) => socket.set_option(name, number(0)?)?,
        }
        Ok(0)
    }
}

/// A time as POSIX has it in options and in `select`. A negative one is over.
pub fn nanoseconds(time: Timeval) -> Result<u64> {
    if !(0..1_000_000).contains(&time.usec) {
        return Err(Errno::DOM);
    }
    let seconds = u64::try_from(time.sec).unwrap_or(0);
    Ok(seconds.saturating_mul(1_000_000_000).saturating_add(time.usec as u64 * 1000))
}
