//! The environment: the variables that name sockets, and those by which programs learn of them.
//!
//! `LISTEN_FDS` is the number of sockets from descriptor 3 on, and `LISTEN_FDNAMES` has their names with colons between, as
//! systemd passes them. If the environment has either, it stays as it is.
//!
//! # Safety
//! Pointers that functions of preview1 get here are to places of ours, or the caller's and handed on.
#![allow(unsafe_code)]

use alloc::vec::Vec;
use core::fmt::{self, Write};

use super::SOCKETS;
use crate::caller;
use crate::errno::{Errno, Result};
use crate::preview1::{next, own};
use crate::runtime;

const COUNT: &[u8] = b"LISTEN_FDS";
const NAMES: &[u8] = b"LISTEN_FDNAMES";
/// systemd's name for a socket without one.
const NO_NAME: &str = "unknown";

/// The number of variables, and the length of all.
fn sizes() -> Result<(usize, usize)> {
    let (mut count, mut len) = (0, 0);
    // SAFETY: see the head of this file.
    Errno::check(unsafe { own::environ_sizes_get(&mut count, &mut len) })?;
    Ok((count, len))
}

/// The value of a variable.
pub fn variable(name: &[u8]) -> Result<Option<Vec<u8>>> {
    let (count, len) = sizes()?;
    let mut bytes = runtime::zeros(len)?;
    let mut pointers = Vec::new();
    pointers.try_reserve_exact(count).map_err(|_| Errno::NOMEM)?;
    // SAFETY: as above; there is room for all of them.
    Errno::check(unsafe { own::environ_get(pointers.as_mut_ptr(), bytes.as_mut_ptr()) })?;
    let value = |variable: &[u8]| variable.strip_prefix(name)?.strip_prefix(b"=").map(<[u8]>::len);
    let mut at = 0;
    for variable in bytes.split(|byte| *byte == 0) {
        at += variable.len() + 1;
        if let Some(len) = value(variable) {
            let mut copy = runtime::zeros(len)?;
            copy.copy_from_slice(&bytes[at - 1 - len..at - 1]);
            return Ok(Some(copy));
        }
    }
    Ok(None)
}

/// Text that is made without failing in any other way than by an errno.
struct Text(Vec<u8>);

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.try_reserve(text.len()).map_err(|_| fmt::Error)?;
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

/// The variables to add, each with a zero at its end, and how many there are.
fn additions() -> Result<(usize, Vec<u8>)> {
    let mut text = Text(Vec::new());
    let sockets = SOCKETS.0.borrow();
    if sockets.is_empty() || variable(COUNT)?.is_some() || variable(NAMES)?.is_some() {
        return Ok((0, text.0));
    }
    let mut write = || {
        write!(text, "LISTEN_FDS={}\0LISTEN_FDNAMES=", sockets.len())?;
        for (index, socket) in sockets.iter().enumerate() {
            let separator = if index == 0 { "" } else { ":" };
            write!(text, "{separator}{}", socket.split().1.unwrap_or(NO_NAME))?;
        }
        text.write_str("\0")
    };
    write().map_err(|_| Errno::NOMEM)?;
    Ok((2, text.0))
}

// SAFETY: name and signature are those of wasi-libc.
#[unsafe(no_mangle)]
extern "C" fn __imported_wasi_snapshot_preview1_environ_sizes_get(count: *mut usize, bytes: *mut usize) -> i32 {
    let put = || {
        let ((of_host, len), (more, text)) = (sizes()?, additions()?);
        caller::put(count, of_host + more)?;
        caller::put(bytes, len + text.len())
    };
    Errno::code(put())
}

// SAFETY: as above.
#[unsafe(no_mangle)]
extern "C" fn __imported_wasi_snapshot_preview1_environ_get(pointers: *mut u32, bytes: *mut u8) -> i32 {
    let put = || {
        // SAFETY: see the head of this file.
        Errno::check(unsafe { next::environ_get(pointers, bytes) })?;
        let ((count, len), (_, text)) = (sizes()?, additions()?);
        let place = bytes.wrapping_add(len);
        caller::outputs(place, text.len())?.copy_from_slice(&text);
        let mut start = place;
        for (index, variable) in text.split_inclusive(|byte| *byte == 0).enumerate() {
            caller::put(pointers.wrapping_add(count + index), start.addr() as u32)?;
            start = start.wrapping_add(variable.len());
        }
        Ok(())
    };
    Errno::code(put())
}
