//! Hosts as programs asked for them before `getaddrinfo`: `gethostbyname`, `gethostbyname2`, `gethostbyaddr`, `h_errno`;
//! `hstrerror`; and `gethostname`.
//!
//! # Safety
//! The names and signatures are POSIX's, as it was until 2008. What they return is freed by the next call; a component has
//! one thread.
#![allow(unsafe_code)]

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cell::UnsafeCell;
use core::ffi::c_char;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::ptr::{null, null_mut};

use super::lookup::{addresses, name_of};
use super::{Eai, Result};
use crate::address::{INET, INET6};
use crate::c::{self, c};
use crate::errno::Errno;

/// `struct hostent`
#[repr(C)]
struct Hostent {
    name: *const u8,
    aliases: *const *const u8,
    family: i32,
    length: i32,
    addresses: *const *const u8,
}

/// What a `struct hostent` points to.
struct Host {
    hostent: Hostent,
    name: Vec<u8>,
    addresses: Vec<Vec<u8>>,
    pointers: Vec<*const u8>,
}

struct Last {
    host: UnsafeCell<Option<Box<Host>>>,
    /// `h_errno`
    error: UnsafeCell<i32>,
}

// SAFETY: there is one thread.
unsafe impl Sync for Last {}

static LAST: Last = Last { host: UnsafeCell::new(None), error: UnsafeCell::new(0) };

/// `HOST_NOT_FOUND`, `TRY_AGAIN`, `NO_RECOVERY` and `NO_DATA`.
fn error_number(error: Eai) -> i32 {
    match error {
        Eai::NONAME => 1,
        Eai::AGAIN => 2,
        Eai::NODATA => 4,
        _ => 3,
    }
}

fn answer(host: Result<Box<Host>>) -> *mut Hostent {
    match host {
        Ok(host) => {
            // SAFETY: see the head of this file.
            let last = unsafe { &mut *LAST.host.get() };
            &mut last.insert(host).hostent
        }
        Err(error) => {
            // SAFETY: as above.
            unsafe { LAST.error.get().write(error_number(error)) };
            null_mut()
        }
    }
}

impl Host {
    fn new(name: &[u8], family: i32, addresses: Vec<Vec<u8>>) -> Box<Self> {
        let name = name.iter().copied().chain([0]).collect();
        let hostent = Hostent { name: null(), aliases: null(), family, length: 0, addresses: null() };
        let mut host = Box::new(Self { hostent, name, addresses, pointers: Vec::new() });
        host.pointers = host.addresses.iter().map(|address| address.as_ptr()).chain([null()]).collect();
        host.hostent.name = host.name.as_ptr();
        host.hostent.length = host.addresses.first().map_or(0, |address| address.len() as i32);
        host.hostent.addresses = host.pointers.as_ptr();
        // There are none: the end of the list.
        host.hostent.aliases = &host.pointers[host.addresses.len()];
        host
    }
}

fn by_name(name: *const u8, family: i32) -> Result<Box<Host>> {
    let name = c::text(name).ok_or(Eai::NONAME)?;
    let found = addresses(Some(name), 0, family, 0)?;
    let bytes = found.into_iter().map(|address| match address.ip() {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    });
    Ok(Host::new(name, family, bytes.collect()))
}

fn by_address(start: *const u8, len: u32, family: i32) -> Result<Box<Host>> {
    let bytes = c::slice(start, len as usize).map_err(|_| Eai::FAIL)?;
    let ip = match family {
        INET => <[u8; 4]>::try_from(bytes).map(|bytes| Ipv4Addr::from(bytes).into()),
        INET6 => <[u8; 16]>::try_from(bytes).map(|bytes| Ipv6Addr::from(bytes).into()),
        _ => return Err(Eai::FAIL),
    };
    let name = name_of(ip.map_err(|_| Eai::FAIL)?).ok_or(Eai::NONAME)?;
    Ok(Host::new(name.as_bytes(), family, [bytes.to_vec()].into()))
}

// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn gethostbyname(name: *const u8) -> *mut Hostent {
    answer(by_name(name, INET))
}

// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn gethostbyname2(name: *const u8, family: i32) -> *mut Hostent {
    answer(by_name(name, family))
}

// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn gethostbyaddr(start: *const u8, len: u32, family: i32) -> *mut Hostent {
    answer(by_address(start, len, family))
}

// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn __h_errno_location() -> *mut i32 {
    LAST.error.get()
}

// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn hstrerror(code: i32) -> *const c_char {
    let text = match code {
        0 => c"Success",
        1 => c"Host not found",
        2 => c"Try again",
        3 => c"Name cannot be looked up",
        4 => c"No address of this family",
        _ => c"Unknown error",
    };
    text.as_ptr()
}

c! {
    fn gethostname(start: *mut u8, len: usize) -> i32 {
        const NAME: &[u8] = b"localhost\0";
        if len < NAME.len() {
            return Err(Errno::NAMETOOLONG);
        }
        c::slice_mut(start, NAME.len())?.copy_from_slice(NAME);
        Ok(0)
    }
}
