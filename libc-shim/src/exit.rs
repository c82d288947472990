//! The end of the program: what it has sent is sent, though the program does not wait for it. On Linux the system goes on
//! sending, on WASI the host ends with the program.
//!
//! # Safety
//! `atexit` is the C library's. A component has one thread.
#![allow(unsafe_code)]

use core::cell::Cell;

use crate::errno::{Errno, Result};
use crate::preview1::next::proc_exit as real;

unsafe extern "C" {
    fn atexit(function: extern "C" fn()) -> i32;
}

/// Waits for everything that is still to be sent. A program that can have no such thing has none.
struct Flush(Cell<Option<fn()>>);

// SAFETY: there is one thread.
unsafe impl Sync for Flush {}

static FLUSH: Flush = Flush(Cell::new(None));

/// From now on the program ends with this.
pub fn flush_by(flush: fn()) -> Result {
    // SAFETY: see the head of this file.
    if FLUSH.0.get().is_none() && unsafe { atexit(at_exit) } != 0 {
        return Err(Errno::NOMEM);
    }
    FLUSH.0.set(Some(flush));
    Ok(())
}

extern "C" fn at_exit() {
    if let Some(flush) = FLUSH.0.get() {
        flush();
    }
}

/// Not every program ends by `exit`, or by returning from `main`.
// SAFETY: the name is the C library's for this import.
#[unsafe(no_mangle)]
extern "C" fn __imported_wasi_snapshot_preview1_proc_exit(status: i32) -> ! {
    at_exit();
    // SAFETY: the signature is that of preview1.
    unsafe { real(status) }
}

// SAFETY: and this Zig's.
#[unsafe(export_name = "proc_exit|wasi_snapshot_preview1")]
extern "C" fn proc_exit(status: i32) -> ! {
    __imported_wasi_snapshot_preview1_proc_exit(status)
}
