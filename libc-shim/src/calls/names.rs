//! Names and addresses.

use alloc::string::ToString;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use core::ptr::null_mut;

use crate::address::{self, INET, INET6, UNSPEC};
use crate::bindings::wasi::sockets::ip_name_lookup::resolve_addresses;
use crate::bindings::wasi::sockets::network::ErrorCode;
use crate::network::network;
use crate::runtime::{free, malloc};
use crate::{c, wait};

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

/// What `getaddrinfo` fails with; not an `errno`.
type Result<T> = core::result::Result<T, Eai>;

#[derive(Clone, Copy)]
struct Eai(i32);

impl Eai {
    const BADFLAGS: Self = Self(-1);
    const NONAME: Self = Self(-2);
    const AGAIN: Self = Self(-3);
    const FAIL: Self = Self(-4);
    const FAMILY: Self = Self(-6);
    const SOCKTYPE: Self = Self(-7);
    const SERVICE: Self = Self(-8);
    const MEMORY: Self = Self(-10);
    const OVERFLOW: Self = Self(-12);

    fn code(result: Result<()>) -> i32 {
        result.err().map_or(0, |error| error.0)
    }
}

mod ai {
    pub const PASSIVE: i32 = 1;
    pub const CANONNAME: i32 = 2;
    pub const NUMERICHOST: i32 = 4;
    pub const V4MAPPED: i32 = 8;
    pub const ALL: i32 = 0x10;
    pub const ADDRCONFIG: i32 = 0x20;
    pub const NUMERICSERV: i32 = 0x400;
    pub const KNOWN: i32 = PASSIVE | CANONNAME | NUMERICHOST | V4MAPPED | ALL | ADDRCONFIG | NUMERICSERV;
}

mod ni {
    pub const NAMEREQD: i32 = 8;
    pub const NUMERICSERV: i32 = 2;
    pub const DGRAM: i32 = 16;
}

/// What can be made of an address: type and protocol of a socket.
const KINDS: [(i32, i32); 2] = [(6, 6), (5, 17)];

/// Services that programs ask for by name. There is no file to look in.
const SERVICES: [(&[u8], u16); 16] = [
    (b"domain", 53),
    (b"ftp", 21),
    (b"http", 80),
    (b"https", 443),
    (b"imap", 143),
    (b"imaps", 993),
    (b"ldap", 389),
    (b"mqtt", 1883),
    (b"mysql", 3306),
    (b"ntp", 123),
    (b"pop3", 110),
    (b"postgresql", 5432),
    (b"redis", 6379),
    (b"smtp", 25),
    (b"ssh", 22),
    (b"telnet", 23),
];

// SAFETY: the name and the signature are POSIX's; pointers are checked in `c`.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
extern "C" fn getaddrinfo(node: *const u8, service: *const u8, hints: *const Info, result: *mut *mut Info) -> i32 {
    Eai::code(lookup(c::text(node), c::text(service), c::get(hints).ok(), result))
}

fn lookup(node: Option<&[u8]>, service: Option<&[u8]>, hints: Option<Info>, result: *mut *mut Info) -> Result<()> {
    let (flags, family, kind, protocol) = hints.map_or((0, 0, 0, 0), |it| (it.flags, it.family, it.kind, it.protocol));
    if flags & !ai::KNOWN != 0 || (flags & ai::CANONNAME != 0 && node.is_none()) {
        return Err(Eai::BADFLAGS);
    }
    if ![UNSPEC, INET, INET6].contains(&family) {
        return Err(Eai::FAMILY);
    }
    if node.is_none() && service.is_none() {
        return Err(Eai::NONAME);
    }
    let fits = |(of, by): &(i32, i32)| (kind == 0 || kind == *of) && (protocol == 0 || protocol == *by);
    let kinds: Vec<_> = KINDS.into_iter().filter(fits).collect();
    if kinds.is_empty() {
        return Err(if KINDS.iter().any(|(of, _)| kind == *of || kind == 0) { Eai::SERVICE } else { Eai::SOCKTYPE });
    }
    let port = service.map_or(Ok(0), |service| port(service, flags & ai::NUMERICSERV != 0))?;
    let addresses = addresses(node, flags, family)?;

    let canonical = node.filter(|_| flags & ai::CANONNAME != 0);
    let mut first = null_mut();
    for (index, address) in addresses.iter().enumerate().rev() {
        for (of, by) in kinds.iter().rev() {
            // The first has the name.
            let name = canonical.filter(|_| index == 0 && of == &kinds[0].0);
            match entry(SocketAddr::new(*address, port), *of, *by, name, first) {
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

fn port(service: &[u8], numeric: bool) -> Result<u16> {
    let text = core::str::from_utf8(service).map_err(|_| Eai::SERVICE)?;
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().map_err(|_| Eai::SERVICE);
    }
    if numeric {
        return Err(Eai::NONAME);
    }
    SERVICES.iter().find(|(name, _)| *name == service).map(|(_, port)| *port).ok_or(Eai::SERVICE)
}

fn addresses(node: Option<&[u8]>, flags: i32, family: i32) -> Result<Vec<IpAddr>> {
    let fits = |address: &IpAddr| family == UNSPEC || (family == INET) == address.is_ipv4();
    let Some(node) = node else {
        let both = match flags & ai::PASSIVE != 0 {
            true => [IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)],
            false => [IpAddr::V6(Ipv6Addr::LOCALHOST), IpAddr::V4(Ipv4Addr::LOCALHOST)],
        };
        return Ok(both.into_iter().filter(fits).collect());
    };
    let text = core::str::from_utf8(node).map_err(|_| Eai::NONAME)?;
    let mut found = match text.parse() {
        Ok(address) => Vec::from([address]),
        Err(_) if flags & ai::NUMERICHOST != 0 => return Err(Eai::NONAME),
        Err(_) => resolve(text)?,
    };
    if family == INET6 && flags & ai::V4MAPPED != 0 && (flags & ai::ALL != 0 || !found.iter().any(fits)) {
        for address in &mut found {
            if let IpAddr::V4(v4) = address {
                *address = IpAddr::V6(v4.to_ipv6_mapped());
            }
        }
    }
    found.retain(fits);
    if found.is_empty() { Err(Eai::NONAME) } else { Ok(found) }
}

fn resolve(name: &str) -> Result<Vec<IpAddr>> {
    let error = |code| match code {
        ErrorCode::TemporaryResolverFailure | ErrorCode::Timeout => Eai::AGAIN,
        ErrorCode::NameUnresolvable | ErrorCode::InvalidArgument => Eai::NONAME,
        ErrorCode::OutOfMemory => Eai::MEMORY,
        _ => Eai::FAIL,
    };
    let stream = resolve_addresses(network(), name.as_bytes()).map_err(error)?;
    let mut found = Vec::new();
    loop {
        match stream.resolve_next_address() {
            Ok(Some(address)) => {
                let address = address::ip(address);
                if !found.contains(&address) {
                    found.push(address);
                }
            }
            Ok(None) => return Ok(found),
            Err(ErrorCode::WouldBlock) => wait::any(&[stream.subscribe()], None),
            Err(code) => return Err(error(code)),
        }
    }
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
    let family = if address.is_ipv4() { INET } else { INET6 };
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

// SAFETY: as above.
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

/// WASI finds no name for an address, so the host is always a number.
fn names(start: *const u8, len: u32, host: (*mut u8, u32), service: (*mut u8, u32), flags: i32) -> Result<()> {
    let Ok(Some(address)) = address::read(start, len) else { return Err(Eai::FAMILY) };
    if flags & ni::NAMEREQD != 0 || (host.1 == 0 && service.1 == 0) {
        return Err(Eai::NONAME);
    }
    let mut text = address.ip().to_string();
    if let SocketAddr::V6(address) = address
        && address.scope_id() != 0
    {
        text += "%";
        text += &address.scope_id().to_string();
    }
    write(&text, host)?;
    let known = SERVICES.iter().find(|(_, port)| *port == address.port());
    let name = known.filter(|_| flags & (ni::NUMERICSERV | ni::DGRAM) == 0).map(|(name, _)| *name);
    match name.and_then(|name| core::str::from_utf8(name).ok()) {
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
