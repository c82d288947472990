//! `inet_addr` and `inet_ntoa`, which the C library hides for preview1. What they are made of it has.
//!
//! # Safety
//! The names and signatures are POSIX's. What `inet_ntoa` returns is overwritten by the next call; a component has one
//! thread.
#![allow(unsafe_code)]

use core::cell::UnsafeCell;
use core::ffi::CStr;
use core::net::Ipv4Addr;

use super::text;
use crate::one_thread::OneThread;

unsafe extern "C" {
    fn inet_aton(text: *const u8, to: *mut [u8; 4]) -> i32;
}

/// An IPv4 address as `inet_aton` reads it: in one to four parts, decimal, octal or hexadecimal.
pub fn parse(text: &CStr) -> Option<Ipv4Addr> {
    let mut octets = [0; 4];
    // SAFETY: the text ends with a zero.
    (unsafe { inet_aton(text.as_ptr().cast(), &mut octets) } != 0).then(|| octets.into())
}

/// Reads an IPv4 address.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/inet_addr.html>
// SAFETY: see the head of this file.
#[unsafe(no_mangle)]
extern "C" fn inet_addr(text: *const u8) -> u32 {
    let mut octets = [0; 4];
    // SAFETY: as above.
    if unsafe { inet_aton(text, &mut octets) } == 0 { u32::MAX } else { u32::from_ne_bytes(octets) }
}

/// The longest, with the zero at its end: `255.255.255.255`.
static TEXT: OneThread<UnsafeCell<[u8; 16]>> = OneThread(UnsafeCell::new([0; 16]));

/// Writes an IPv4 address.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/inet_ntoa.html>
// SAFETY: as above. On this target a structure of one number is passed as that number.
#[unsafe(no_mangle)]
extern "C" fn inet_ntoa(address: u32) -> *mut u8 {
    let text = text::Text::new(format_args!("{}", Ipv4Addr::from(address.to_ne_bytes())));
    let mut bytes = [0; 16];
    bytes[..text.bytes().len()].copy_from_slice(text.bytes());
    // SAFETY: as above.
    unsafe { TEXT.get().write(bytes) };
    TEXT.get().cast()
}
