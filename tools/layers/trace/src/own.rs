//! The layer's own clock and output: calls one layer down, which are not traced. Calls that are compared need no times, and
//! their lines go to the host directly.

use core::cell::Cell;

use crate::line::Line;
use crate::{file, settings};

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

/// The descriptor of the output: a negative number before it is open, or when it may be a file of the program.
struct Output(Cell<i32>);

// SAFETY: a layer has one thread.
unsafe impl Sync for Output {}

const UNOPENED: i32 = -1;
const SILENT: i32 = -2;

static OUTPUT: Output = Output(Cell::new(UNOPENED));

/// Returns the descriptor that everything is written to; none if there is no such any more.
pub fn output() -> Option<i32> {
    if OUTPUT.0.get() == UNOPENED {
        OUTPUT.0.set(if settings::to_file() { file::open().unwrap_or(SILENT) } else { settings::output() });
    }
    Some(OUTPUT.0.get()).filter(|fd| *fd >= 0)
}

/// Ends all output.
pub fn silence() {
    OUTPUT.0.set(SILENT);
}

/// Writes everything. If that fails there is nobody to tell, and the program goes on.
pub fn write(bytes: &[u8]) {
    if let Some(fd) = output() {
        write_to(fd, bytes);
    }
}

/// Writes everything to a descriptor.
pub fn write_to(fd: i32, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        let (buffer, mut written) = (Buffer { bytes: bytes.as_ptr(), len: bytes.len() }, 0);
        // SAFETY: the buffer describes `bytes`, and is a variable of this function as is the number written.
        let errno = unsafe { fd_write(fd, &buffer, 1, &mut written) };
        match bytes.get(written..) {
            Some(rest) if errno == 0 && written > 0 => bytes = rest,
            _ => return,
        }
    }
}
