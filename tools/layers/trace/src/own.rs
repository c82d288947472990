//! The layer's own clock and output: calls one layer down, which are not traced.

use core::cell::Cell;

use crate::settings;

const MONOTONIC: i32 = 1;

#[repr(C)]
struct Buffer {
    bytes: *const u8,
    len: usize,
}

#[link(wasm_import_module = "wasi_snapshot_preview1")]
unsafe extern "C" {
    fn clock_time_get(clock: i32, precision: i64, time: *mut u64) -> i32;
    fn fd_write(fd: i32, buffers: *const Buffer, count: usize, written: *mut usize) -> i32;
}

/// Returns the time in nanoseconds, from an arbitrary start.
pub fn now() -> u64 {
    let mut time = 0;
    // SAFETY: the time is a variable of this function.
    unsafe { clock_time_get(MONOTONIC, 1, &mut time) };
    time
}

/// True if the descriptor of the output may be a file of the program.
struct Silent(Cell<bool>);

// SAFETY: a layer has one thread.
unsafe impl Sync for Silent {}

static SILENT: Silent = Silent(Cell::new(false));

/// Ends all output.
pub fn silence() {
    SILENT.0.set(true);
}

/// Writes everything. If that fails there is nobody to tell, and the program goes on.
pub fn write(mut bytes: &[u8]) {
    while !bytes.is_empty() && !SILENT.0.get() {
        let (buffer, mut written) = (Buffer { bytes: bytes.as_ptr(), len: bytes.len() }, 0);
        // SAFETY: the buffer describes `bytes`, and is a variable of this function as is the number written.
        let errno = unsafe { fd_write(settings::output(), &buffer, 1, &mut written) };
        match bytes.get(written..) {
            Some(rest) if errno == 0 && written > 0 => bytes = rest,
            _ => return,
        }
    }
}
