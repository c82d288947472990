//! The time and the memory that a program takes. WASI does not tell the time of the processor, so this is all the time since
//! it was first asked for.

use core::cell::Cell;

use crate::c::{self, Timeval};
use crate::errno::{Errno, Result};
use crate::one_thread::OneThread;
use crate::preview1;

const RUSAGE_SELF: i32 = 1;
const RUSAGE_CHILDREN: i32 = 2;

const MONOTONIC: u32 = 1;
/// As `sysconf` tells the ticks of a second.
const NANOSECONDS_OF_TICK: u64 = 10_000_000;

/// `struct rusage`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Usage {
    user_time: Timeval,
    system_time: Timeval,
    /// In KiB.
    memory: i32,
    /// The numbers of events that Linux counts.
    others: [i32; 13],
}

/// `struct tms`
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Times {
    user: i64,
    system: i64,
    of_children: [i64; 2],
}

static START: OneThread<Cell<Option<u64>>> = OneThread(Cell::new(None));

/// Nanoseconds since the first call.
fn elapsed() -> Result<u64> {
    let now = preview1::time(MONOTONIC)?;
    let start = START.get().unwrap_or(now);
    START.set(Some(start));
    Ok(now - start)
}

/// Tells what the program takes; its children, of which there are none, nothing.
///
/// Errors: `EFAULT`, `EINVAL` for somebody else.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/getrusage.html>
pub fn getrusage(who: i32, usage: *mut Usage) -> Result<i32> {
    let (time, pages) = match who {
        RUSAGE_SELF => (elapsed()?, core::arch::wasm32::memory_size::<0>()),
        RUSAGE_CHILDREN => (0, 0),
        _ => return Err(Errno::INVAL),
    };
    let microseconds = (time / 1000) as i64;
    let user_time = Timeval { sec: microseconds / 1_000_000, usec: microseconds % 1_000_000 };
    let system_time = Timeval { sec: 0, usec: 0 };
    c::put(usage, Usage { user_time, system_time, memory: (pages << 6) as i32, others: [0; 13] })?;
    Ok(0)
}

/// Tells the time of the program in ticks, and the ticks since some start.
///
/// Errors: `EFAULT`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/times.html>
pub fn times(times: *mut Times) -> Result<i64> {
    let user = (elapsed()? / NANOSECONDS_OF_TICK) as i64;
    c::put(times, Times { user, ..Times::default() })?;
    Ok((preview1::time(MONOTONIC)? / NANOSECONDS_OF_TICK) as i64)
}

/// Tells the time of the program in nanoseconds, which `CLOCKS_PER_SEC` says.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/clock.html>
pub fn clock() -> Result<i64> {
    Ok(elapsed()? as i64)
}
