//! Services by name and by port: `getservbyname`, `getservbyport`, and the same with memory of the caller's (`_r`).
//!
//! # Safety
//! The names and signatures are POSIX's. What they return is overwritten by the next call; a component has one thread.
#![allow(unsafe_code)]

use core::cell::UnsafeCell;
use core::ffi::{CStr, c_char};
use core::ptr::null_mut;

use super::NO_ALIASES;
use crate::c;
use crate::errno::{Errno, Result};
use crate::one_thread::OneThread;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    Tcp,
    Udp,
}

impl Protocol {
    fn name(self) -> &'static CStr {
        match self {
            Self::Tcp => c"tcp",
            Self::Udp => c"udp",
        }
    }
}

/// A service that programs look up by name.
struct Service {
    name: &'static CStr,
    port: u16,
    protocols: &'static [Protocol],
}

const fn service(name: &'static CStr, port: u16, protocols: &'static [Protocol]) -> Service {
    Service { name, port, protocols }
}

const TCP: &[Protocol] = &[Protocol::Tcp];
const UDP: &[Protocol] = &[Protocol::Udp];
const BOTH: &[Protocol] = &[Protocol::Tcp, Protocol::Udp];

/// From IANA's registry, by ports.
const SERVICES: [Service; 35] = [
    service(c"echo", 7, BOTH),
    service(c"discard", 9, BOTH),
    service(c"daytime", 13, TCP),
    service(c"ftp-data", 20, TCP),
    service(c"ftp", 21, TCP),
    service(c"ssh", 22, TCP),
    service(c"telnet", 23, TCP),
    service(c"smtp", 25, TCP),
    service(c"time", 37, BOTH),
    service(c"whois", 43, TCP),
    service(c"domain", 53, BOTH),
    service(c"tftp", 69, UDP),
    service(c"gopher", 70, TCP),
    service(c"finger", 79, TCP),
    service(c"http", 80, TCP),
    service(c"kerberos", 88, BOTH),
    service(c"pop3", 110, TCP),
    service(c"nntp", 119, TCP),
    service(c"ntp", 123, UDP),
    service(c"imap2", 143, TCP),
    service(c"snmp", 161, BOTH),
    service(c"ldap", 389, BOTH),
    service(c"https", 443, BOTH),
    service(c"submission", 587, TCP),
    service(c"ldaps", 636, BOTH),
    service(c"ftps", 990, TCP),
    service(c"imaps", 993, TCP),
    service(c"pop3s", 995, TCP),
    service(c"mqtt", 1883, TCP),
    service(c"mysql", 3306, TCP),
    service(c"postgresql", 5432, TCP),
    service(c"amqp", 5672, BOTH),
    service(c"redis", 6379, TCP),
    service(c"http-alt", 8080, BOTH),
    service(c"mqtts", 8883, TCP),
];

/// A second name, as other systems have it.
const ALIASES: [(&CStr, &CStr); 3] = [(c"imap", c"imap2"), (c"www", c"http"), (c"mail", c"smtp")];

fn find(fits: impl Fn(&Service) -> bool, protocol: Option<Protocol>) -> Option<&'static Service> {
    let serves = |service: &&Service| protocol.is_none_or(|protocol| service.protocols.contains(&protocol));
    SERVICES.iter().filter(|service| fits(service)).find(serves)
}

fn find_name(name: &[u8], protocol: Option<Protocol>) -> Option<&'static Service> {
    let name = ALIASES.iter().find(|(alias, _)| alias.to_bytes() == name).map_or(name, |(_, name)| name.to_bytes());
    find(|service| service.name.to_bytes() == name, protocol)
}

/// The port of a service.
pub fn port(name: &[u8], protocol: Option<Protocol>) -> Option<u16> {
    Some(find_name(name, protocol)?.port)
}

/// The service at a port.
pub fn name(port: u16, protocol: Protocol) -> Option<&'static CStr> {
    Some(find(|service| service.port == port, Some(protocol))?.name)
}

/// `struct servent`
#[repr(C)]
struct Servent {
    name: *const c_char,
    aliases: *const *const c_char,
    port: i32,
    protocol: *const c_char,
}

static LAST: OneThread<UnsafeCell<Servent>> =
    OneThread(UnsafeCell::new(Servent { name: null_mut(), aliases: null_mut(), port: 0, protocol: null_mut() }));

/// `ENOENT` if there is none, `EINVAL` if nobody knows the protocol.
fn entry(found: impl FnOnce(Option<Protocol>) -> Option<&'static Service>, protocol: *const u8) -> Result<Servent> {
    let protocol = match c::text(protocol).map(CStr::to_bytes) {
        None => None,
        Some(b"tcp") => Some(Protocol::Tcp),
        Some(b"udp") => Some(Protocol::Udp),
        Some(_) => return Err(Errno::INVAL),
    };
    let service = found(protocol).ok_or(Errno::NOENT)?;
    Ok(Servent {
        name: service.name.as_ptr(),
        aliases: NO_ALIASES.0.as_ptr(),
        port: service.port.to_be().into(),
        protocol: protocol.unwrap_or(service.protocols[0]).name().as_ptr(),
    })
}

fn by_name(name: *const u8, protocol: *const u8) -> Result<Servent> {
    entry(|protocol| find_name(c::text(name)?.to_bytes(), protocol), protocol)
}

fn by_port(port: i32, protocol: *const u8) -> Result<Servent> {
    let port = u16::from_be(port as u16);
    entry(|protocol| find(|service| service.port == port, protocol), protocol)
}

/// In memory of ours.
fn answer(found: Result<Servent>) -> *mut Servent {
    let Ok(servent) = found else { return null_mut() };
    // SAFETY: see the head of this file.
    unsafe { LAST.get().write(servent) };
    LAST.get()
}

/// In memory of the caller's. Nothing that it points to is ever overwritten, so more is not needed.
fn put(found: Result<Servent>, to: *mut Servent, result: *mut *mut Servent) -> i32 {
    let put = || {
        c::put(result, null_mut())?;
        c::put(to, found?)?;
        c::put(result, to)
    };
    Errno::code(put())
}

/// Looks the port of a service up.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getservbyname.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn getservbyname(name: *const u8, protocol: *const u8) -> *mut Servent {
    answer(by_name(name, protocol))
}

/// Looks the service at a port up.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getservbyport.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn getservbyport(port: i32, protocol: *const u8) -> *mut Servent {
    answer(by_port(port, protocol))
}

/// [`getservbyname`] into memory of the caller.
///
/// Errors: `ENOENT`, `EINVAL` for an unknown protocol.
///
/// Specification: <https://man7.org/linux/man-pages/man3/getservbyname_r.3.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn getservbyname_r(
    name: *const u8,
    protocol: *const u8,
    to: *mut Servent,
    _memory: *mut u8,
    _room: usize,
    result: *mut *mut Servent,
) -> i32 {
    put(by_name(name, protocol), to, result)
}

/// [`getservbyport`] into memory of the caller.
///
/// Errors: `ENOENT`, `EINVAL` for an unknown protocol.
///
/// Specification: <https://man7.org/linux/man-pages/man3/getservbyport_r.3.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn getservbyport_r(
    port: i32,
    protocol: *const u8,
    to: *mut Servent,
    _memory: *mut u8,
    _room: usize,
    result: *mut *mut Servent,
) -> i32 {
    put(by_port(port, protocol), to, result)
}
