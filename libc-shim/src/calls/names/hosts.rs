//! Hosts as programs asked for them before `getaddrinfo`: `gethostbyname`, `gethostbyname2`, `gethostbyaddr`, the same with
//! memory of the caller's (`_r`), `h_errno`, `hstrerror` and `herror`; and `gethostname`.
//!
//! # Safety
//! The names and signatures are POSIX's, as it was until 2008, and Linux'. What they return without `_r` is overwritten by
//! the next call; a component has one thread.
#![allow(unsafe_code)]

use alloc::vec::Vec;
use core::cell::UnsafeCell;
use core::ffi::{CStr, c_char};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use core::ptr::null_mut;

use super::lookup::{addresses, name_of};
use super::{Eai, Result};
use crate::address::{AF_INET, AF_INET6};
use crate::c::{self, Iovec};
use crate::errno::Errno;
use crate::one_thread::OneThread;
use crate::{preview1, runtime, table};

/// `struct hostent`
#[repr(C)]
#[derive(Clone, Copy)]
struct Hostent {
    name: *const u8,
    aliases: *const *const u8,
    family: i32,
    length: i32,
    addresses: *const *const u8,
}

/// A host that was found.
struct Host<'a> {
    name: &'a [u8],
    family: i32,
    addresses: Vec<SocketAddr>,
}

impl Host<'_> {
    /// The memory that it takes, wherever that begins.
    fn size(&self) -> usize {
        let address = if self.family == AF_INET { 4 } else { 16 };
        (self.addresses.len() + 2) * size_of::<*const u8>() + self.addresses.len() * address + self.name.len() + 1
    }

    /// Puts it there: the list of addresses, which ends where that of aliases does, the addresses and the name.
    fn write(&self, start: *mut u8, room: usize) -> crate::errno::Result<Hostent> {
        if room < self.size() {
            return Err(Errno::RANGE);
        }
        let list = start.wrapping_add(start.align_offset(align_of::<*const u8>())).cast::<*const u8>();
        let end = list.wrapping_add(self.addresses.len());
        let mut at = end.wrapping_add(1).cast::<u8>();
        let mut put = |bytes: &[u8]| -> crate::errno::Result<*const u8> {
            let start = at;
            at = at.wrapping_add(bytes.len());
            c::slice_mut(start, bytes.len())?.copy_from_slice(bytes);
            Ok(start.cast_const())
        };
        for (index, address) in self.addresses.iter().enumerate() {
            let start = match address.ip() {
                IpAddr::V4(ip) => put(&ip.octets())?,
                IpAddr::V6(ip) => put(&ip.octets())?,
            };
            c::put(list.wrapping_add(index), start)?;
        }
        c::put(end, core::ptr::null())?;
        let name = put(self.name)?;
        put(&[0])?;
        let length = if self.family == AF_INET { 4 } else { 16 };
        Ok(Hostent { name, aliases: end, family: self.family, length, addresses: list })
    }
}

struct Last {
    hostent: UnsafeCell<Hostent>,
    memory: UnsafeCell<Vec<u8>>,
    /// `h_errno`
    error: UnsafeCell<i32>,
}

static LAST: OneThread<Last> = OneThread(Last {
    hostent: UnsafeCell::new(Hostent {
        name: null_mut(),
        aliases: null_mut(),
        family: 0,
        length: 0,
        addresses: null_mut(),
    }),
    memory: UnsafeCell::new(Vec::new()),
    error: UnsafeCell::new(0),
});

/// `HOST_NOT_FOUND`, `TRY_AGAIN`, `NO_RECOVERY` and `NO_DATA`, and what `_r` returns.
fn error_numbers(error: Eai) -> (i32, Errno) {
    match error {
        Eai::NONAME => (1, Errno(0)),
        Eai::AGAIN => (2, Errno::AGAIN),
        Eai::NODATA => (4, Errno(0)),
        Eai::MEMORY => (3, Errno::NOMEM),
        _ => (3, Errno::BADMSG),
    }
}

/// In memory of ours.
fn answer(host: Result<Host<'_>>) -> *mut Hostent {
    let hostent = host.and_then(|host| {
        // SAFETY: see the head of this file.
        let memory = unsafe { &mut *LAST.memory.get() };
        *memory = Vec::new();
        *memory = runtime::zeros(host.size())?;
        Ok(host.write(memory.as_mut_ptr(), memory.len())?)
    });
    match hostent {
        Ok(hostent) => {
            // SAFETY: as above.
            unsafe { LAST.hostent.get().write(hostent) };
            LAST.hostent.get()
        }
        Err(error) => {
            // SAFETY: as above.
            unsafe { LAST.error.get().write(error_numbers(error).0) };
            null_mut()
        }
    }
}

/// The caller's memory for an answer.
struct CallerMemory {
    hostent: *mut Hostent,
    memory: (*mut u8, usize),
    result: *mut *mut Hostent,
    error: *mut i32,
}

impl CallerMemory {
    fn answer(self, host: Result<Host<'_>>) -> i32 {
        let write = || {
            c::put(self.result, null_mut())?;
            let host = match host {
                Ok(host) => host,
                Err(error) => {
                    let (code, errno) = error_numbers(error);
                    c::put(self.error, code)?;
                    return if errno == Errno(0) { Ok(()) } else { Err(errno) };
                }
            };
            c::put(self.hostent, host.write(self.memory.0, self.memory.1)?)?;
            c::put(self.result, self.hostent)
        };
        Errno::code(write())
    }
}

fn by_name<'a>(name: *const u8, family: i32) -> Result<Host<'a>> {
    let name = c::text(name).ok_or(Eai::NONAME)?;
    Ok(Host { name: name.to_bytes(), family, addresses: addresses(Some(name), 0, family, 0)? })
}

fn by_address<'a>(start: *const u8, len: u32, family: i32) -> Result<Host<'a>> {
    let bytes = c::slice(start, len as usize).map_err(|_| Eai::FAIL)?;
    let ip: IpAddr = match family {
        AF_INET => <[u8; 4]>::try_from(bytes).map(|bytes| Ipv4Addr::from(bytes).into()),
        AF_INET6 => <[u8; 16]>::try_from(bytes).map(|bytes| Ipv6Addr::from(bytes).into()),
        _ => return Err(Eai::FAIL),
    }
    .map_err(|_| Eai::FAIL)?;
    let name = name_of(ip).ok_or(Eai::NONAME)?;
    let mut addresses = Vec::new();
    runtime::push(&mut addresses, SocketAddr::new(ip, 0))?;
    Ok(Host { name: name.to_bytes(), family, addresses })
}

/// Looks the IPv4 addresses of a name up.
///
/// Specification: <https://man7.org/linux/man-pages/man3/gethostbyname.3.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn gethostbyname(name: *const u8) -> *mut Hostent {
    answer(by_name(name, AF_INET))
}

/// Looks the addresses of a name up, of one family.
///
/// Specification: <https://man7.org/linux/man-pages/man3/gethostbyname.3.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn gethostbyname2(name: *const u8, family: i32) -> *mut Hostent {
    answer(by_name(name, family))
}

/// Looks the name of an address up.
///
/// Specification: <https://man7.org/linux/man-pages/man3/gethostbyname.3.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn gethostbyaddr(start: *const u8, len: u32, family: i32) -> *mut Hostent {
    answer(by_address(start, len, family))
}

/// [`gethostbyname`] into memory of the caller.
///
/// Errors: `ERANGE` if that is too small.
///
/// Specification: <https://man7.org/linux/man-pages/man3/gethostbyname.3.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn gethostbyname_r(
    name: *const u8,
    hostent: *mut Hostent,
    memory: *mut u8,
    room: usize,
    result: *mut *mut Hostent,
    error: *mut i32,
) -> i32 {
    CallerMemory { hostent, memory: (memory, room), result, error }.answer(by_name(name, AF_INET))
}

/// [`gethostbyname2`] into memory of the caller.
///
/// Errors: `ERANGE` if that is too small.
///
/// Specification: <https://man7.org/linux/man-pages/man3/gethostbyname.3.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn gethostbyname2_r(
    name: *const u8,
    family: i32,
    hostent: *mut Hostent,
    memory: *mut u8,
    room: usize,
    result: *mut *mut Hostent,
    error: *mut i32,
) -> i32 {
    CallerMemory { hostent, memory: (memory, room), result, error }.answer(by_name(name, family))
}

/// [`gethostbyaddr`] into memory of the caller.
///
/// Errors: `ERANGE` if that is too small.
///
/// Specification: <https://man7.org/linux/man-pages/man3/gethostbyname.3.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn gethostbyaddr_r(
    start: *const u8,
    len: u32,
    family: i32,
    hostent: *mut Hostent,
    memory: *mut u8,
    room: usize,
    result: *mut *mut Hostent,
    error: *mut i32,
) -> i32 {
    CallerMemory { hostent, memory: (memory, room), result, error }.answer(by_address(start, len, family))
}

// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn __h_errno_location() -> *mut i32 {
    LAST.error.get()
}

fn text_of(code: i32) -> &'static CStr {
    match code {
        0 => c"Success",
        1 => c"Host not found",
        2 => c"Try again",
        3 => c"Name cannot be looked up",
        4 => c"No address of this family",
        _ => c"Unknown error",
    }
}

/// The text for an error of [`gethostbyname`].
///
/// Specification: <https://man7.org/linux/man-pages/man3/gethostbyname.3.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn hstrerror(code: i32) -> *const c_char {
    text_of(code).as_ptr()
}

/// Prints the text for the last error of [`gethostbyname`].
///
/// Specification: <https://man7.org/linux/man-pages/man3/gethostbyname.3.html>
// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn herror(message: *const u8) {
    // SAFETY: as above.
    let text = text_of(unsafe { LAST.error.get().read() }).to_bytes();
    let message = c::text(message).map_or(&[][..], CStr::to_bytes);
    let colon = if message.is_empty() { &b""[..] } else { b": " };
    let parts = [message, colon, text, b"\n"].map(|part| Iovec { start: part.as_ptr().cast_mut(), len: part.len() });
    // There is nobody to tell if it fails.
    let _ = match table::lookup(2) {
        Some(description) => description.send(&parts, 0, None),
        None => preview1::write(2, &parts),
    };
}

/// The name of this machine: a component has none of its own.
pub const NAME: &CStr = c"localhost";

/// Tells the name of this machine.
///
/// Errors: `ENAMETOOLONG`, `EFAULT`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/gethostname.html>
pub fn gethostname(start: *mut u8, len: usize) -> crate::errno::Result<i32> {
    let name = NAME.to_bytes_with_nul();
    if len < name.len() {
        return Err(Errno::NAMETOOLONG);
    }
    c::slice_mut(start, name.len())?.copy_from_slice(name);
    Ok(0)
}
