//! Counts, errors and times of calls, and the table of them that is written when the program ends.

use core::cell::Cell;

use crate::calls::NAMES;
use crate::line::Line;
use crate::own;

/// The calls of one function.
#[derive(Clone, Copy)]
struct Calls {
    count: u64,
    errors: u64,
    nanoseconds: u64,
}

const NONE: Calls = Calls { count: 0, errors: 0, nanoseconds: 0 };

struct Table([Cell<Calls>; NAMES.len()]);

// SAFETY: a layer has one thread.
unsafe impl Sync for Table {}

static TABLE: Table = Table([const { Cell::new(NONE) }; NAMES.len()]);

/// Counts a call of the function with a number.
pub fn count(number: usize, failed: bool, time: u64) {
    if let Some(cell) = TABLE.0.get(number) {
        let Calls { count, errors, nanoseconds } = cell.get();
        cell.set(Calls { count: count + 1, errors: errors + u64::from(failed), nanoseconds: nanoseconds + time });
    }
}

/// Writes the table, the functions that took the most time first, and forgets what was counted.
pub fn write() {
    let mut total = NONE;
    for calls in TABLE.0.iter().map(Cell::get) {
        total.count += calls.count;
        total.errors += calls.errors;
        total.nanoseconds += calls.nanoseconds;
    }
    let rule = "------ ----------- ----------- --------- --------- ----------------\n";
    own::write(b"% time     seconds  usecs/call     calls    errors function\n");
    own::write(rule.as_bytes());
    let remaining = || TABLE.0.iter().zip(NAMES).filter(|(cell, _)| cell.get().count > 0);
    // Of equals, the first one in the table comes first.
    while let Some((cell, name)) = remaining().rev().max_by_key(|(cell, _)| cell.get().nanoseconds) {
        row(cell.replace(NONE), total.nanoseconds, name);
    }
    own::write(rule.as_bytes());
    row(total, total.nanoseconds, "total");
}

fn row(calls: Calls, total: u64, name: &str) {
    let mut line = Line::new();
    let hundredths = (u128::from(calls.nanoseconds) * 10_000 / u128::from(total.max(1))) as u64;
    line.right(6, |line| line.fraction(hundredths, 2));
    line.right(12, |line| line.fraction(calls.nanoseconds / 1000, 6));
    line.right(12, |line| line.number(calls.nanoseconds / 1000 / calls.count.max(1)));
    line.right(10, |line| line.number(calls.count));
    line.right(10, |line| {
        if calls.errors > 0 {
            line.number(calls.errors)
        }
    });
    line.text(" ");
    line.text(name);
    line.text("\n");
    own::write(line.bytes());
}

/// Called by the linker's code after the program has returned without `proc_exit`.
// SAFETY: nothing else in this crate has the name.
#[unsafe(export_name = "wasi_adapt:exit")]
extern "C" fn exit() {
    write();
}
