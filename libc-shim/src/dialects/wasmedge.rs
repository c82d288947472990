//! WasmEdge, in both versions.
//!
//! | version | addresses |
//! |---|---|
//! | 1 | 4 or 16 bytes, and their number by which they are known |
//! | 2 | 128 bytes that begin with the family |
//!
//! A program may mix them, and the number of bytes says which one an address is.
#![allow(unsafe_code)]

use alloc::ffi::CString;
use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr};

use super::{Errno, Result, caller, dialect, open as open_socket, options, put_received, receive_flags, table};
use crate::address::Address;
use crate::c::Iovec;
use crate::calls::names::lookup::ai;
use crate::calls::names::{self, Eai};
use crate::description::{SOCK_DGRAM, SOCK_STREAM};
use crate::runtime;

dialect! {
    "sock_open/3" => open(family: i32, kind: i32, result: *mut u32);
    "sock_bind/3" => bind(fd: i32, address: *const Place, port: u32);
    "sock_connect/3" => connect(fd: i32, address: *const Place, port: u32);
    "sock_recv_from/7" => recv_from(fd: i32, buffers: *const Iovec, count: usize, address: *const Place, flags: i32,
        result: *mut usize, out: *mut u16);
    "sock_recv_from/8" => recv_from_port(fd: i32, buffers: *const Iovec, count: usize, address: *const Place, flags: i32,
        port: *mut u32, result: *mut usize, out: *mut u16);
    "sock_send_to/7" => send_to(fd: i32, buffers: *const Iovec, count: usize, address: *const Place, port: u32, flags: i32,
        result: *mut usize);
    "sock_getlocaladdr/3" => local(fd: i32, address: *const Place, port: *mut u32);
    "sock_getlocaladdr/4" => local_kind(fd: i32, address: *const Place, kind: *mut u32, port: *mut u32);
    "sock_getpeeraddr/3" => peer(fd: i32, address: *const Place, port: *mut u32);
    "sock_getpeeraddr/4" => peer_kind(fd: i32, address: *const Place, kind: *mut u32, port: *mut u32);
    "sock_getsockopt/5" => get_option(fd: i32, level: i32, name: i32, value: *mut u8, len: *mut u32);
    "sock_setsockopt/5" => set_option(fd: i32, level: i32, name: i32, value: *const u8, len: u32);
    "sock_getaddrinfo/8" => lookup(node: *const u8, node_len: usize, service: *const u8, service_len: usize,
        hints: *const Info, result: *const *mut Info, room: u32, count: *mut u32);
}

const INET4: u8 = 1;
const INET6: u8 = 2;
const DATAGRAM: u8 = 1;
const STREAM: u8 = 2;

/// The place of an address.
#[repr(C)]
#[derive(Clone, Copy)]
struct Place {
    start: *mut u8,
    len: usize,
}

/// The length of an address that begins with its family.
const WITH_FAMILY: usize = 128;

fn read(place: *const Place, port: u32) -> Result<SocketAddr> {
    let Place { start, len } = caller::get(place)?;
    if ![4, 16, WITH_FAMILY].contains(&len) {
        return Err(Errno::INVAL);
    }
    let bytes = caller::inputs(start, len)?;
    let bytes = match bytes[..] {
        [INET4, 0, ..] if len == WITH_FAMILY => &bytes[2..6],
        [INET6, 0, ..] if len == WITH_FAMILY => &bytes[2..18],
        _ if len == WITH_FAMILY => return Err(Errno::AFNOSUPPORT),
        _ => &bytes[..],
    };
    let ip = match (<[u8; 4]>::try_from(bytes), <[u8; 16]>::try_from(bytes)) {
        (Ok(v4), _) => IpAddr::from(v4),
        (_, Ok(v6)) => IpAddr::from(v6),
        _ => return Err(Errno::INVAL),
    };
    Ok(SocketAddr::new(ip, port as u16))
}

fn octets(ip: IpAddr) -> ([u8; 16], usize) {
    let mut octets = [0; 16];
    let len = match ip {
        IpAddr::V4(v4) => {
            octets[..4].copy_from_slice(&v4.octets());
            4
        }
        IpAddr::V6(v6) => {
            octets = v6.octets();
            16
        }
    };
    (octets, len)
}

fn family(ip: IpAddr) -> u8 {
    if ip.is_ipv4() { INET4 } else { INET6 }
}

fn write(address: SocketAddr, Place { start, len }: Place) -> Result {
    let (octets, octets_len) = octets(address.ip());
    let to = caller::outputs(start, len)?;
    let to = match len {
        WITH_FAMILY => {
            to[..2].copy_from_slice(&[family(address.ip()), 0]);
            &mut to[2..]
        }
        4 | 16 if octets_len <= len => to,
        _ => return Err(Errno::INVAL),
    };
    to[..octets_len].copy_from_slice(&octets[..octets_len]);
    Ok(())
}

fn open(family: i32, kind: i32, result: *mut u32) -> Result {
    let kind = match u8::try_from(kind) {
        Ok(DATAGRAM) => SOCK_DGRAM,
        Ok(STREAM) => SOCK_STREAM,
        _ => return Err(Errno::INVAL),
    };
    // The numbers of the families are those of C.
    open_socket(family, kind, result)
}

fn bind(fd: i32, address: *const Place, port: u32) -> Result {
    table::socket(fd)?.bind(read(address, port)?)
}

fn connect(fd: i32, address: *const Place, port: u32) -> Result {
    table::socket(fd)?.connect(Some(read(address, port)?))
}

fn recv_from(
    fd: i32,
    buffers: *const Iovec,
    count: usize,
    address: *const Place,
    flags: i32,
    result: *mut usize,
    out: *mut u16,
) -> Result {
    receive(fd, buffers, count, address, flags, result, out).map(|_| ())
}

#[allow(clippy::too_many_arguments, reason = "WasmEdge has it so")]
fn recv_from_port(
    fd: i32,
    buffers: *const Iovec,
    count: usize,
    address: *const Place,
    flags: i32,
    port: *mut u32,
    result: *mut usize,
    out: *mut u16,
) -> Result {
    let from = receive(fd, buffers, count, address, flags, result, out)?;
    caller::put(port, from.map_or(0, |from| from.port().into()))
}

/// Receives, and tells from whom unless that is the peer of a connection.
fn receive(
    fd: i32,
    buffers: *const Iovec,
    count: usize,
    address: *const Place,
    flags: i32,
    result: *mut usize,
    out: *mut u16,
) -> Result<Option<SocketAddr>> {
    // Received bytes may be written over it.
    let place = caller::get(address);
    let received = table::socket(fd)?.receive(&caller::buffers(buffers, count)?, receive_flags(flags))?;
    if let Some(from) = received.from {
        write(from, place?)?;
    }
    put_received(&received, result, out)?;
    Ok(received.from)
}

fn send_to(
    fd: i32,
    buffers: *const Iovec,
    count: usize,
    address: *const Place,
    port: u32,
    _flags: i32,
    result: *mut usize,
) -> Result {
    let to = read(address, port)?;
    caller::put(result, table::socket(fd)?.send(&caller::buffers(buffers, count)?, 0, Some(to))?)
}

fn put(address: Address, place: *const Place, port: *mut u32) -> Result<IpAddr> {
    let Address::Ip(address) = address else { return Err(Errno::AFNOSUPPORT) };
    write(address, caller::get(place)?)?;
    caller::put(port, address.port().into())?;
    Ok(address.ip())
}

/// Version 1 tells the version of IP.
fn put_kind(address: Address, place: *const Place, kind: *mut u32, port: *mut u32) -> Result {
    let ip = put(address, place, port)?;
    caller::put(kind, if ip.is_ipv4() { 4 } else { 6 })
}

fn local(fd: i32, address: *const Place, port: *mut u32) -> Result {
    put(table::socket(fd)?.local()?, address, port).map(|_| ())
}

fn local_kind(fd: i32, address: *const Place, kind: *mut u32, port: *mut u32) -> Result {
    put_kind(table::socket(fd)?.local()?, address, kind, port)
}

fn peer(fd: i32, address: *const Place, port: *mut u32) -> Result {
    put(table::socket(fd)?.remote()?, address, port).map(|_| ())
}

fn peer_kind(fd: i32, address: *const Place, kind: *mut u32, port: *mut u32) -> Result {
    put_kind(table::socket(fd)?.remote()?, address, kind, port)
}

/// The options of `SOL_SOCKET`, by WasmEdge's numbers.
const OPTIONS: [i32; 14] = [
    options::SO_REUSEADDR,
    options::SO_TYPE,
    options::SO_ERROR,
    options::SO_DONTROUTE,
    options::SO_BROADCAST,
    options::SO_SNDBUF,
    options::SO_RCVBUF,
    options::SO_KEEPALIVE,
    options::SO_OOBINLINE,
    options::SO_LINGER,
    options::SO_RCVLOWAT,
    options::SO_RCVTIMEO,
    options::SO_SNDTIMEO,
    options::SO_ACCEPTCONN,
];

fn option(level: i32, name: i32) -> Result<i32> {
    if level != 0 {
        return Err(Errno::NOPROTOOPT);
    }
    usize::try_from(name).ok().and_then(|name| OPTIONS.get(name)).copied().ok_or(Errno::NOPROTOOPT)
}

fn get_option(fd: i32, level: i32, name: i32, value: *mut u8, len: *mut u32) -> Result {
    let name = option(level, name)?;
    let (mut bytes, room) = options::get(fd, options::SOL_SOCKET, name, caller::get(len)?)?;
    if name == options::SO_TYPE {
        let stream = i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) == SOCK_STREAM;
        bytes[..4].copy_from_slice(&[if stream { STREAM } else { DATAGRAM }, 0, 0, 0]);
    }
    caller::outputs(value, room)?.copy_from_slice(&bytes[..room]);
    caller::put(len, room as u32)
}

fn set_option(fd: i32, level: i32, name: i32, value: *const u8, len: u32) -> Result {
    options::set(fd, options::SOL_SOCKET, option(level, name)?, &caller::inputs(value, len as usize)?)
}

/// `addrinfo`. A program makes a list of them, for the results to be put there.
#[repr(C)]
#[derive(Clone, Copy)]
struct Info {
    flags: u16,
    family: u8,
    kind: u8,
    protocol: u32,
    len: u32,
    address: *mut InfoAddress,
    name: *mut u8,
    name_len: u32,
    next: *mut Info,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct InfoAddress {
    family: u8,
    len: u32,
    data: *mut u8,
}

/// The length of an address, as the hosts tell it.
const INFO_LEN: u32 = 16;
const TCP: u8 = 1;
const UDP: u8 = 2;

#[allow(clippy::too_many_arguments, reason = "WasmEdge has it so")]
fn lookup(
    node: *const u8,
    node_len: usize,
    service: *const u8,
    service_len: usize,
    hints: *const Info,
    result: *const *mut Info,
    room: u32,
    count: *mut u32,
) -> Result {
    let Info { flags, family, kind, .. } = caller::get(hints)?;
    let (node, service) = (text(node, node_len)?, text(service, service_len)?);
    let found = names::addresses_of(node.as_deref(), service.as_deref(), lookup_flags(flags), i32::from(family));
    let found = found.map_err(errno)?;
    let kind = if kind == DATAGRAM { (DATAGRAM, UDP) } else { (STREAM, TCP) };
    let mut entry = caller::get(result)?;
    let mut len = 0;
    for address in found.iter().take(room as usize) {
        if entry.is_null() {
            break;
        }
        let mut info = caller::get(entry)?;
        let mut place = caller::get(info.address)?;
        let (octets, octets_len) = octets(address.ip());
        let data = caller::outputs(place.data, 2 + octets_len)?;
        data[..2].copy_from_slice(&address.port().to_be_bytes());
        data[2..].copy_from_slice(&octets[..octets_len]);
        place.family = self::family(address.ip());
        caller::put(info.address, place)?;
        info = Info { family: place.family, kind: kind.0, protocol: kind.1.into(), len: INFO_LEN, name_len: 0, ..info };
        caller::put(entry, info)?;
        (entry, len) = (info.next, len + 1);
    }
    caller::put(count, len)
}

/// Flags as C's.
fn lookup_flags(bits: u16) -> i32 {
    const NUMERICSERV: u16 = 8;
    i32::from(bits & 7) | if bits & NUMERICSERV != 0 { ai::NUMERICSERV } else { 0 }
}

/// Text of the caller's, without the zero at its end; none if it is empty.
fn text(start: *const u8, len: usize) -> Result<Option<CString>> {
    let bytes = caller::inputs(start, len)?;
    let bytes = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    if bytes.is_empty() {
        return Ok(None);
    }
    let mut text: Vec<u8> = runtime::zeros(bytes.len() + 1)?;
    text[..bytes.len()].copy_from_slice(bytes);
    Ok(CString::from_vec_with_nul(text).ok())
}

/// WasmEdge has errors of `getaddrinfo` behind those of preview1.
fn errno(error: Eai) -> Errno {
    Errno(match error {
        Eai::AGAIN => 78,
        Eai::BADFLAGS => 79,
        Eai::FAMILY => 81,
        Eai::MEMORY => 82,
        Eai::NODATA => 83,
        Eai::NONAME => 84,
        Eai::SERVICE => 85,
        Eai::SOCKTYPE => 86,
        _ => 80,
    })
}
