//! The trace layer: reports every preview1 call of a program, as strace does for system calls.
//!
//! The linker leaves only those functions that the program imports and the filter names, and defines the settings
//! ([`settings`]). A line is written when its call has returned, by the layer's own `fd_write`, which is not traced. Lines that
//! are compared with those of another run go to the host, without what may differ in runs that do the same.
//!
//! | file | part |
//! |---|---|
//! | `calls.rs` | the table: every function with the kinds of its arguments |
//! | `kinds.rs` | arguments as text |
//! | `names.rs` | names of error codes, flags and other numbers |
//! | `line.rs` | the text of one line |
//! | `guest.rs` | the caller's memory |
//! | `summary.rs` | counts, errors and times |
//! | `own.rs` | the layer's own clock and output |
//! | `file.rs` | a file for the output |

#![cfg(target_arch = "wasm32")]
#![no_std]

mod calls;
mod file;
mod guest;
mod kinds;
mod line;
mod names;
mod own;
mod settings;
mod summary;

use calls::Call;
use kinds::Arguments;
use line::Line;

/// A call that is under way.
struct Traced<'a> {
    call: &'a Call,
    arguments: Arguments<'a>,
    line: Line,
    start: u64,
}

impl<'a> Traced<'a> {
    /// Notes what is known before the call.
    fn begin(call: &'a Call, values: &'a [u64]) -> Traced<'a> {
        let arguments = Arguments { kinds: call.kinds, values };
        let mut line = Line::new();
        if settings::lines() && call.is_traced() {
            line.text(call.name);
            line.text("(");
            arguments.before(&mut line);
        }
        Traced { call, arguments, line, start: own::now() }
    }

    /// Reports the call, which has returned.
    fn end(self, errno: i32) {
        let time = own::now().saturating_sub(self.start);
        let Traced { call, arguments, mut line, .. } = self;
        if errno == 0 && own::output().is_some_and(|output| call.takes(arguments.values, output)) {
            own::silence();
        }
        if !call.is_traced() {
            return;
        }
        if settings::summary() {
            summary::count(call.number, errno != 0, time);
        }
        if settings::lines() && (errno != 0 || !settings::failed()) {
            arguments.after(&mut line, errno == 0);
            line.text(") = ");
            match errno {
                0 => line.text("0"),
                _ => names::errno(&mut line, errno),
            }
            if !settings::compared() {
                line.text(" <");
                line.fraction(time / 1000, 6);
                line.text(">");
            }
            own::write_line(line);
        }
    }
}

/// Reports a call that does not return.
fn trace_exit(call: &Call, status: i32) {
    if call.is_traced() && settings::lines() && !settings::failed() {
        let mut line = Line::new();
        line.text(call.name);
        line.text("(");
        line.number(status as u32 as u64);
        line.text(") = ?");
        own::write_line(line);
    }
    if settings::summary() {
        if call.is_traced() {
            summary::count(call.number, false, 0);
        }
        summary::write();
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
