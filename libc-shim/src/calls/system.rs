//! The system that a program runs on, and the limits that it has there.

use core::ffi::CStr;

use super::names::hosts;
use crate::c;
use crate::errno::{Errno, Result};

/// Of `struct utsname`.
const LEN: usize = 65;

/// `struct utsname`
#[repr(C)]
pub struct System {
    name: [u8; LEN],
    host: [u8; LEN],
    release: [u8; LEN],
    version: [u8; LEN],
    machine: [u8; LEN],
    domain: [u8; LEN],
}

const fn field(text: &CStr) -> [u8; LEN] {
    let mut field = [0; LEN];
    field.split_at_mut(text.to_bytes().len()).0.copy_from_slice(text.to_bytes());
    field
}

/// Tells the system, as wasi-libc does, and the name of the machine, as `gethostname` does.
///
/// Errors: `EFAULT`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/uname.html>
pub fn uname(to: *mut System) -> Result<i32> {
    const UNKNOWN: [u8; LEN] = field(c"0.0.0");
    let system = System {
        name: field(c"wasi"),
        host: field(hosts::NAME),
        release: UNKNOWN,
        version: UNKNOWN,
        machine: field(c"wasm32"),
        domain: field(c"(none)"),
    };
    c::put(to, system).map(|()| 0)
}

/// `struct rlimit`
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    soft: u64,
    hard: u64,
}

const INFINITY: u64 = u64::MAX;

const RLIMIT_CORE: i32 = 4;
const RLIMIT_NOFILE: i32 = 7;
/// The number of `RLIMIT_..`.
const LIMITS: i32 = 16;

/// The number of open descriptors that the adapter has room for. `--adapter-pages` gives it more only in the layout `isolated`,
/// which a program with this library cannot have: the host has pointers into its memory.
const DESCRIPTORS: u64 = 1088;

/// WASI limits nothing else that it tells of, and writes no dumps of memory.
fn limit(of: i32) -> Result<Limit> {
    match of {
        RLIMIT_NOFILE => Ok(Limit { soft: DESCRIPTORS, hard: DESCRIPTORS }),
        RLIMIT_CORE => Ok(Limit { soft: 0, hard: 0 }),
        0..LIMITS => Ok(Limit { soft: INFINITY, hard: INFINITY }),
        _ => Err(Errno::INVAL),
    }
}

/// Tells a limit.
///
/// Errors: `EINVAL`, `EFAULT`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getrlimit.html>
pub fn getrlimit(of: i32, to: *mut Limit) -> Result<i32> {
    c::put(to, limit(of)?).map(|()| 0)
}

/// Sets a limit to what it is. Nobody would enforce another.
///
/// Errors: `EPERM` for another; `EINVAL`, `EFAULT`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/setrlimit.html>
pub fn setrlimit(of: i32, from: *const Limit) -> Result<i32> {
    let (old, new) = (limit(of)?, c::get(from)?);
    match new {
        _ if new == old => Ok(0),
        Limit { soft, hard } if soft > hard => Err(Errno::INVAL),
        _ => Err(Errno::PERM),
    }
}
