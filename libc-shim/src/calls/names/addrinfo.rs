//! `getaddrinfo`.

use core::ffi::CStr;
use core::net::SocketAddr;
use core::ptr::null_mut;

use super::lookup::{addresses, ai};
use super::services::{self, Protocol};
use super::{Eai, Result};
use crate::address::{self, AF_INET, AF_INET6, AF_UNSPEC, IPPROTO_TCP, IPPROTO_UDP};
use crate::c;
use crate::description::{SOCK_DGRAM, SOCK_STREAM};
use crate::runtime::{free, malloc};

/// `struct addrinfo`
#[repr(C)]
#[derive(Clone, Copy)]
struct Info {
    flags: i32,
    family: i32,
    kind: i32,
    protocol: i32,
    len: u32,
    address: *mut u8,
    name: *mut u8,
    next: *mut Info,
}

/// The sockets that can be made for an address: type and protocol.
const KINDS: [(i32, i32); 2] = [(SOCK_STREAM, IPPROTO_TCP), (SOCK_DGRAM, IPPROTO_UDP)];

/// Looks a name or a service up.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getaddrinfo.html>
// SAFETY: the name and the signature are POSIX's; pointers are checked in `c`.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
extern "C" fn getaddrinfo(node: *const u8, service: *const u8, hints: *const Info, result: *mut *mut Info) -> i32 {
    Eai::code(lookup(c::text(node), c::text(service), c::get(hints).ok(), result))
}

fn lookup(node: Option<&CStr>, service: Option<&CStr>, hints: Option<Info>, result: *mut *mut Info) -> Result<()> {
    let (flags, family, kind, protocol) = hints.map_or((0, 0, 0, 0), |it| (it.flags, it.family, it.kind, it.protocol));
    if flags & !ai::KNOWN != 0 || (flags & ai::CANONNAME != 0 && node.is_none()) {
        return Err(Eai::BADFLAGS);
    }
    if ![AF_UNSPEC, AF_INET, AF_INET6].contains(&family) {
        return Err(Eai::FAMILY);
    }
    if node.is_none() && service.is_none() {
        return Err(Eai::NONAME);
    }
    let fits = |(of, by): &(i32, i32)| (kind == 0 || kind == *of) && (protocol == 0 || protocol == *by);
    let kinds = || KINDS.into_iter().filter(fits);
    let Some(first_kind) = kinds().next() else {
        return Err(if KINDS.iter().any(|(of, _)| kind == *of || kind == 0) { Eai::SERVICE } else { Eai::SOCKTYPE });
    };
    let protocol = match (first_kind, kinds().count()) {
        ((_, IPPROTO_TCP), 1) => Some(Protocol::Tcp),
        ((_, IPPROTO_UDP), 1) => Some(Protocol::Udp),
        _ => None,
    };
    let port = service.map_or(Ok(0), |service| port(service, flags & ai::NUMERICSERV != 0, protocol))?;
    let addresses = addresses(node, flags, family, port)?;

    let canonical = node.filter(|_| flags & ai::CANONNAME != 0);
    let mut first = null_mut();
    for (index, address) in addresses.iter().enumerate().rev() {
        for (of, by) in kinds().rev() {
            // The first has the name.
            let name = canonical.filter(|_| index == 0 && of == first_kind.0).map(CStr::to_bytes);
            match entry(*address, of, by, name, first) {
                Some(new) => first = new,
                None => {
                    freeaddrinfo(first);
                    return Err(Eai::MEMORY);
                }
            }
        }
    }
    c::put(result, first).map_err(|_| Eai::FAIL)
}

pub fn port(service: &CStr, numeric: bool, protocol: Option<Protocol>) -> Result<u16> {
    let text = service.to_str().map_err(|_| Eai::SERVICE)?;
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().map_err(|_| Eai::SERVICE);
    }
    if numeric { Err(Eai::NONAME) } else { services::port(text.as_bytes(), protocol).ok_or(Eai::SERVICE) }
}

/// One block of memory: the entry, its address and its name.
fn entry(address: SocketAddr, kind: i32, protocol: i32, name: Option<&[u8]>, next: *mut Info) -> Option<*mut Info> {
    let (bytes, len) = address::bytes(address);
    let room = size_of::<Info>() + bytes.len() + name.map_or(0, |name| name.len() + 1);
    // SAFETY: `malloc` is the C library's.
    #[allow(unsafe_code)]
    let block = unsafe { malloc(room) };
    if block.is_null() {
        return None;
    }
    let at = block.wrapping_add(size_of::<Info>());
    let text = at.wrapping_add(bytes.len());
    let family = if address.is_ipv4() { AF_INET } else { AF_INET6 };
    let info = Info {
        flags: 0,
        family,
        kind,
        protocol,
        len: len as u32,
        address: at,
        name: if name.is_some() { text } else { null_mut() },
        next,
    };
    c::put(block.cast(), info).ok()?;
    c::put(at.cast(), bytes).ok()?;
    if let Some(name) = name {
        let room = c::slice_mut(text, name.len() + 1).ok()?;
        room[..name.len()].copy_from_slice(name);
        room[name.len()] = 0;
    }
    Some(block.cast())
}

/// Frees a list of [`getaddrinfo`]; each entry is one block.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/freeaddrinfo.html>
// SAFETY: as above. Each entry is one block.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
extern "C" fn freeaddrinfo(mut list: *mut Info) {
    while let Ok(Info { next, .. }) = c::get(list) {
        // SAFETY: it came from `malloc`, in `entry`.
        unsafe { free(list.cast()) };
        list = next;
    }
}

/// The text for an error of [`getaddrinfo`].
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/gai_strerror.html>
// SAFETY: as above.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
extern "C" fn gai_strerror(code: i32) -> *const core::ffi::c_char {
    let text = match code {
        0 => c"Success",
        -1 => c"Invalid flags",
        -2 => c"Name does not resolve",
        -3 => c"Try again",
        -4 => c"Name cannot be looked up",
        -5 => c"No address of this family",
        -6 => c"Unknown address family",
        -7 => c"Unknown socket type",
        -8 => c"Unknown service",
        -10 => c"Out of memory",
        -11 => c"System error",
        -12 => c"Buffer too small",
        _ => c"Unknown error",
    };
    text.as_ptr()
}
