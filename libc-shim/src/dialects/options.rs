//! Options by C's numbers, with values in places of ours.

use super::Result;
pub use crate::address::IPPROTO_TCP;
use crate::c::{self, Timeval};
pub use crate::options::{
    IP_TTL, IPPROTO_IP, IPPROTO_IPV6, IPV6_V6ONLY, SO_ACCEPTCONN, SO_BROADCAST, SO_DONTROUTE, SO_ERROR, SO_KEEPALIVE,
    SO_LINGER, SO_OOBINLINE, SO_RCVBUF, SO_RCVLOWAT, SO_RCVTIMEO, SO_REUSEADDR, SO_REUSEPORT, SO_SNDBUF, SO_SNDTIMEO,
    SO_TYPE, SOL_SOCKET, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_NODELAY,
};
use crate::options::{getsockopt, setsockopt};

pub const TCP_QUICKACK: i32 = 12;
pub const TCP_FASTOPEN_CONNECT: i32 = 30;
pub const IP_MULTICAST_TTL: i32 = 33;

/// As long as the longest value.
const ROOM: usize = 16;

/// The value, of which there is room for `len` bytes, and its length.
pub fn get(fd: i32, level: i32, name: i32, len: u32) -> Result<([u8; ROOM], usize)> {
    let (mut bytes, mut len) = ([0; ROOM], len.min(ROOM as u32));
    getsockopt(fd, level, name, bytes.as_mut_ptr(), &mut len)?;
    Ok((bytes, len as usize))
}

pub fn set(fd: i32, level: i32, name: i32, value: &[u8]) -> Result {
    setsockopt(fd, level, name, value.as_ptr(), value.len() as u32).map(|_| ())
}

/// A timeout in microseconds.
pub fn get_timeout(fd: i32, name: i32) -> Result<u64> {
    let (bytes, _) = get(fd, SOL_SOCKET, name, ROOM as u32)?;
    let Timeval { sec, usec } = c::get(bytes.as_ptr().cast())?;
    Ok(sec as u64 * 1_000_000 + usec as u64)
}

pub fn set_timeout(fd: i32, name: i32, microseconds: u64) -> Result {
    let (sec, usec) = ((microseconds / 1_000_000) as i64, (microseconds % 1_000_000) as i64);
    let mut value = [0; ROOM];
    value[..8].copy_from_slice(&sec.to_le_bytes());
    value[8..].copy_from_slice(&usec.to_le_bytes());
    set(fd, SOL_SOCKET, name, &value)
}
