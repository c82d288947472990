//! The layer's own clock and output: calls one layer down, which are not traced. Calls that are compared need no times, and
//! their lines go to the host directly.

use core::cell::Cell;

use crate::line::Line;
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

#[link(wasm_import_module = "wasi-adapt:trace/calls")]
unsafe extern "C" {
    fn report(line: *const u8, len: usize);
}

/// Returns the time in nanoseconds, from an arbitrary start.
pub fn now() -> u64 {
    let mut time = 0;
    if !settings::compared() {
        // SAFETY: the time is a variable of this function.
        unsafe { clock_time_get(MONOTONIC, 1, &mut time) };
    }
    time
}

/// Writes the line of a call.
pub fn write_line(mut line: Line) {
    if settings::compared() {
        line.checksum();
        let bytes = line.bytes();
        // SAFETY: the host reads these bytes only.
        unsafe { report(bytes.as_ptr(), bytes.len()) };
    } else {
        line.text("\n");
        write(line.bytes());
    }
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
