//! The options that the host has for a socket.

use crate::bindings::wasi::sockets::tcp::TcpSocket;
use crate::errno::{Errno, Result};
use crate::options::{Name, hops, within};

/// The longest time that Linux has for the options in seconds.
const LONGEST: i32 = 32_767;
const SECOND: u64 = 1_000_000_000;

pub fn get(socket: &TcpSocket, name: Name) -> Result<i32> {
    let seconds = |nanoseconds: u64| (nanoseconds / SECOND) as i32;
    Ok(match name {
        Name::AcceptConn => return Err(Errno::NOPROTOOPT),
        Name::KeepAlive => socket.keep_alive_enabled()?.into(),
        Name::KeepCount => socket.keep_alive_count()? as i32,
        Name::KeepIdle => seconds(socket.keep_alive_idle_time()?),
        Name::KeepInterval => seconds(socket.keep_alive_interval()?),
        Name::Hops => socket.hop_limit()?.into(),
        Name::ReceiveBuffer => socket.receive_buffer_size()?.try_into().unwrap_or(i32::MAX),
        Name::SendBuffer => socket.send_buffer_size()?.try_into().unwrap_or(i32::MAX),
        Name::V6Only => 1,
    })
}

pub fn set(socket: &TcpSocket, name: Name, value: i32) -> Result {
    match name {
        Name::AcceptConn => return Err(Errno::NOPROTOOPT),
        Name::KeepAlive => socket.set_keep_alive_enabled(value != 0)?,
        Name::KeepCount => socket.set_keep_alive_count(within(value, 1..=127)? as u32)?,
        Name::KeepIdle => socket.set_keep_alive_idle_time(within(value, 1..=LONGEST)? * SECOND)?,
        Name::KeepInterval => socket.set_keep_alive_interval(within(value, 1..=LONGEST)? * SECOND)?,
        Name::Hops => socket.set_hop_limit(hops(value)?)?,
        Name::ReceiveBuffer => socket.set_receive_buffer_size(value.max(1) as u64)?,
        Name::SendBuffer => socket.set_send_buffer_size(value.max(1) as u64)?,
        Name::V6Only if value == 0 => return Err(Errno::NOTSUP),
        Name::V6Only => {}
    }
    Ok(())
}
