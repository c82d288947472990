//! WAMR, as its `lib-socket` calls it. There are no address pools.
#![allow(unsafe_code)]

mod options;

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::{Errno, Result, caller, dialect, open as open_socket, receive_flags, table};
use crate::address::{AF_INET, AF_INET6, AF_UNSPEC, Address};
use crate::c::Iovec;
use crate::calls::names;
use crate::description::{SOCK_DGRAM, SOCK_STREAM};

dialect! {
    "sock_open/4" => open(pool: i32, family: i32, kind: i32, result: *mut u32);
    "sock_bind/2" => bind(fd: i32, address: *const Tagged);
    "sock_connect/2" => connect(fd: i32, address: *const Tagged);
    "sock_addr_local/2" => local(fd: i32, address: *mut Tagged);
    "sock_addr_remote/2" => remote(fd: i32, address: *mut Tagged);
    "sock_addr_resolve/6" => resolve(host: *const u8, service: *const u8, hints: *const Hints, infos: *mut Info, room: usize,
        count: *mut usize);
    "sock_recv_from/6" => recv_from(fd: i32, buffers: *const Iovec, count: usize, flags: i32, from: *mut Tagged,
        result: *mut usize);
    "sock_send_to/6" => send_to(fd: i32, buffers: *const Iovec, count: usize, flags: i32, to: *const Tagged,
        result: *mut usize);
}

const DATAGRAM: u32 = 0;
const STREAM: u32 = 1;
const INET4: u32 = 0;
const INET6: u32 = 1;

/// An address with its kind. One of IPv4 has 4 bytes and a port, one of IPv6 8 numbers and a port.
#[repr(C)]
#[derive(Clone, Copy)]
struct Tagged {
    kind: u32,
    bytes: [u8; 18],
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Info {
    address: Tagged,
    kind: u32,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Hints {
    kind: u32,
    family: u32,
    are_enabled: u8,
}

impl From<SocketAddr> for Tagged {
    fn from(address: SocketAddr) -> Self {
        let mut bytes = [0; 18];
        let (kind, port) = match address.ip() {
            IpAddr::V4(v4) => {
                bytes[..4].copy_from_slice(&v4.octets());
                (INET4, 4)
            }
            IpAddr::V6(v6) => {
                for (to, segment) in bytes.chunks_exact_mut(2).zip(v6.segments()) {
                    to.copy_from_slice(&segment.to_le_bytes());
                }
                (INET6, 16)
            }
        };
        bytes[port..port + 2].copy_from_slice(&address.port().to_le_bytes());
        Self { kind, bytes }
    }
}

fn read(address: *const Tagged) -> Result<SocketAddr> {
    let Tagged { kind, bytes } = caller::get(address)?;
    let number = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
    match kind {
        INET4 => {
            let [a, b, c, d, ..] = bytes;
            Ok(SocketAddr::new(Ipv4Addr::new(a, b, c, d).into(), number(4)))
        }
        INET6 => {
            let segments: [u16; 8] = core::array::from_fn(|index| number(2 * index));
            Ok(SocketAddr::new(Ipv6Addr::from(segments).into(), number(16)))
        }
        _ => Err(Errno::AFNOSUPPORT),
    }
}

fn write(address: Address, to: *mut Tagged) -> Result {
    let Address::Ip(address) = address else { return Err(Errno::AFNOSUPPORT) };
    caller::put(to, Tagged::from(address))
}

fn open(_pool: i32, family: i32, kind: i32, result: *mut u32) -> Result {
    let family = match family as u32 {
        INET4 => AF_INET,
        INET6 => AF_INET6,
        _ => return Err(Errno::AFNOSUPPORT),
    };
    let kind = match kind as u32 {
        DATAGRAM => SOCK_DGRAM,
        STREAM => SOCK_STREAM,
        _ => return Err(Errno::INVAL),
    };
    open_socket(family, kind, result)
}

fn bind(fd: i32, address: *const Tagged) -> Result {
    table::socket(fd)?.bind(read(address)?)
}

fn connect(fd: i32, address: *const Tagged) -> Result {
    table::socket(fd)?.connect(Some(read(address)?))
}

fn local(fd: i32, address: *mut Tagged) -> Result {
    write(table::socket(fd)?.local()?, address)
}

fn remote(fd: i32, address: *mut Tagged) -> Result {
    write(table::socket(fd)?.remote()?, address)
}

/// Puts as many addresses as there is room for, and the number of all.
fn resolve(
    host: *const u8,
    service: *const u8,
    hints: *const Hints,
    infos: *mut Info,
    room: usize,
    count: *mut usize,
) -> Result {
    let hints = caller::get(hints)?;
    let enabled = hints.are_enabled != 0;
    let family = match (enabled, hints.family) {
        (false, _) => AF_UNSPEC,
        (true, INET4) => AF_INET,
        (true, _) => AF_INET6,
    };
    let (host, service) = (caller::text(host)?, caller::text(service)?);
    let filled = |text: &alloc::ffi::CString| !text.is_empty();
    let (host, service) = (Some(host).filter(filled), Some(service).filter(filled));
    let found = names::addresses_of(host.as_deref(), service.as_deref(), 0, family);
    let found = found.map_err(|error| if error == names::Eai::MEMORY { Errno::NOMEM } else { Errno::NOENT })?;
    let kinds = if enabled { &[hints.kind][..] } else { &[STREAM, DATAGRAM] };
    let all = found.iter().flat_map(|address| kinds.iter().map(|kind| (*address, *kind)));
    for (index, (address, kind)) in all.take(room).enumerate() {
        caller::put(infos.wrapping_add(index), Info { address: address.into(), kind })?;
    }
    caller::put(count, found.len() * kinds.len())
}

fn recv_from(
    fd: i32,
    buffers: *const Iovec,
    count: usize,
    flags: i32,
    from: *mut Tagged,
    result: *mut usize,
) -> Result {
    let socket = table::socket(fd)?;
    let received = socket.receive(&caller::buffers(buffers, count)?, receive_flags(flags))?;
    match received.from {
        Some(address) => write(address.into(), from)?,
        None => write(socket.remote()?, from)?,
    }
    caller::put(result, received.len)
}

fn send_to(fd: i32, buffers: *const Iovec, count: usize, _flags: i32, to: *const Tagged, result: *mut usize) -> Result {
    let to = read(to)?;
    caller::put(result, table::socket(fd)?.send(&caller::buffers(buffers, count)?, 0, Some(to))?)
}
