//! The end of the program: what it has sent is sent, though the program does not wait for it. On Linux the system goes on
//! sending, on WASI the host ends with the program.
//!
//! # Safety
//! `atexit` is the C library's. A component has one thread.
#![allow(unsafe_code)]

use core::cell::Cell;

use crate::errno::{Errno, Result};
use crate::one_thread::OneThread;
use crate::preview1::next::proc_exit as real;

unsafe extern "C" {
    fn atexit(function: extern "C" fn()) -> i32;
}

/// Work for the end of the program. One that can have no such thing has none.
struct AtExit {
    /// Waits for everything that is still to be sent.
    flush: Cell<Option<fn()>>,
    /// Releases locks that others see.
    unlock: Cell<Option<fn()>>,
}

static AT_EXIT: OneThread<AtExit> = OneThread(AtExit { flush: Cell::new(None), unlock: Cell::new(None) });

/// From now on the program ends with this.
pub fn flush_by(flush: fn()) -> Result {
    end_with(&AT_EXIT.flush, flush)
}

/// From now on the program ends with this, too.
pub fn unlock_by(unlock: fn()) -> Result {
    end_with(&AT_EXIT.unlock, unlock)
}

fn end_with(place: &Cell<Option<fn()>>, work: fn()) -> Result {
    let AtExit { flush, unlock } = &*AT_EXIT;
    // SAFETY: see the head of this file.
    if flush.get().is_none() && unlock.get().is_none() && unsafe { atexit(at_exit) } != 0 {
        return Err(Errno::NOMEM);
    }
    place.set(Some(work));
    Ok(())
}

extern "C" fn at_exit() {
    for work in [&AT_EXIT.flush, &AT_EXIT.unlock].into_iter().filter_map(Cell::get) {
        work();
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
