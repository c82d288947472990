//! `getnameinfo`.

use alloc::string::ToString;
use core::net::SocketAddr;

use super::lookup::name_of;
use super::services::{self, Protocol};
use super::{Eai, Result};
use crate::{address, c};

mod ni {
    pub const NUMERICHOST: i32 = 1;
    pub const NUMERICSERV: i32 = 2;
    pub const NAMEREQD: i32 = 8;
    pub const DGRAM: i32 = 16;
}

// SAFETY: the name and the signature are POSIX's; pointers are checked in `c`.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
extern "C" fn getnameinfo(
    start: *const u8,
    len: u32,
    host: *mut u8,
    host_len: u32,
    service: *mut u8,
    service_len: u32,
    flags: i32,
) -> i32 {
    Eai::code(names(start, len, (host, host_len), (service, service_len), flags))
}

fn names(start: *const u8, len: u32, host: (*mut u8, u32), service: (*mut u8, u32), flags: i32) -> Result<()> {
    let Ok(Some(address)) = address::read(start, len) else { return Err(Eai::FAMILY) };
    if host.1 == 0 && service.1 == 0 {
        return Err(Eai::NONAME);
    }
    let mut text = address.ip().to_string();
    if let Some(name) = name_of(address.ip()).filter(|_| flags & ni::NUMERICHOST == 0 && host.1 > 0) {
        text = name.to_string();
    } else if flags & ni::NAMEREQD != 0 {
        return Err(Eai::NONAME);
    } else if let SocketAddr::V6(address) = address
        && address.scope_id() != 0
    {
        text += "%";
        text += &address.scope_id().to_string();
    }
    write(&text, host)?;
    let protocol = if flags & ni::DGRAM != 0 { Protocol::Udp } else { Protocol::Tcp };
    match services::name(address.port(), protocol).filter(|_| flags & ni::NUMERICSERV == 0) {
        Some(name) => write(name, service),
        None => write(&address.port().to_string(), service),
    }
}

fn write(text: &str, (to, room): (*mut u8, u32)) -> Result<()> {
    if to.is_null() || room == 0 {
        return Ok(());
    }
    if text.len() >= room as usize {
        return Err(Eai::OVERFLOW);
    }
    let to = c::slice_mut(to, text.len() + 1).map_err(|_| Eai::FAIL)?;
    to[..text.len()].copy_from_slice(text.as_bytes());
    to[text.len()] = 0;
    Ok(())
}
