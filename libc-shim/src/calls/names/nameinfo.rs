//! `getnameinfo`.

use core::net::SocketAddr;

use super::lookup::name_of;
use super::services::{self, Protocol};
use super::text::Text;
use super::{Eai, Result};
use crate::{address, c};

mod ni {
    pub const NUMERICHOST: i32 = 1;
    pub const NUMERICSERV: i32 = 2;
    pub const NAMEREQD: i32 = 8;
    pub const DGRAM: i32 = 16;
}

/// Looks the name of an address up.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getnameinfo.html>
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
    let wants_name = flags & ni::NUMERICHOST == 0 && host.1 > 0;
    match (wants_name.then(|| name_of(address.ip())).flatten(), address) {
        (Some(name), _) => write(name.to_bytes(), host)?,
        _ if flags & ni::NAMEREQD != 0 => return Err(Eai::NONAME),
        (None, SocketAddr::V6(it)) if it.scope_id() != 0 => {
            write(Text::new(format_args!("{}%{}", it.ip(), it.scope_id())).bytes(), host)?;
        }
        _ => write(Text::new(format_args!("{}", address.ip())).bytes(), host)?,
    }
    let protocol = if flags & ni::DGRAM != 0 { Protocol::Udp } else { Protocol::Tcp };
    match services::name(address.port(), protocol).filter(|_| flags & ni::NUMERICSERV == 0) {
        Some(name) => write(name.to_bytes(), service),
        None => write(Text::new(format_args!("{}", address.port())).bytes(), service),
    }
}

fn write(text: &[u8], (to, room): (*mut u8, u32)) -> Result<()> {
    if to.is_null() || room == 0 {
        return Ok(());
    }
    if text.len() >= room as usize {
        return Err(Eai::OVERFLOW);
    }
    let to = c::slice_mut(to, text.len() + 1).map_err(|_| Eai::FAIL)?;
    to[..text.len()].copy_from_slice(text);
    to[text.len()] = 0;
    Ok(())
}
