//! The options that the host has for a socket.

use crate::bindings::wasi::sockets::tcp::TcpSocket;
use crate::errno::{Errno, Result};
use crate::options::{OptionName, hops, within};

/// The longest time that Linux has for the options in seconds.
const LONGEST: i32 = 32_767;
const SECOND: u64 = 1_000_000_000;

pub fn get(socket: &TcpSocket, name: OptionName) -> Result<i32> {
    let seconds = |nanoseconds: u64| (nanoseconds / SECOND) as i32;
    Ok(match name {
        OptionName::AcceptConn => return Err(Errno::NOPROTOOPT),
        OptionName::KeepAlive => socket.keep_alive_enabled()?.into(),
        OptionName::KeepCount => socket.keep_alive_count()? as i32,
        OptionName::KeepIdle => seconds(socket.keep_alive_idle_time()?),
        OptionName::KeepInterval => seconds(socket.keep_alive_interval()?),
        OptionName::Hops => socket.hop_limit()?.into(),
        OptionName::ReceiveBuffer => socket.receive_buffer_size()?.try_into().unwrap_or(i32::MAX),
        OptionName::SendBuffer => socket.send_buffer_size()?.try_into().unwrap_or(i32::MAX),
        OptionName::V6Only => 1,
    })
}

pub fn set(socket: &TcpSocket, name: OptionName, value: i32) -> Result {
    match name {
        OptionName::AcceptConn => return Err(Errno::NOPROTOOPT),
        OptionName::KeepAlive => socket.set_keep_alive_enabled(value != 0)?,
        OptionName::KeepCount => socket.set_keep_alive_count(within(value, 1..=127)? as u32)?,
        OptionName::KeepIdle => socket.set_keep_alive_idle_time(within(value, 1..=LONGEST)? * SECOND)?,
        OptionName::KeepInterval => socket.set_keep_alive_interval(within(value, 1..=LONGEST)? * SECOND)?,
        OptionName::Hops => socket.set_hop_limit(hops(value)?)?,
        OptionName::ReceiveBuffer => socket.set_receive_buffer_size(value.max(1) as u64)?,
        OptionName::SendBuffer => socket.set_send_buffer_size(value.max(1) as u64)?,
        OptionName::V6Only if value == 0 => return Err(Errno::NOTSUP),
        OptionName::V6Only => {}
    }
    Ok(())
}
