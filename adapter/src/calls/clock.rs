//! Clocks.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `clock_res_get` | `wall-clock.resolution`, `monotonic-clock.resolution` |
//! | `clock_time_get` | `wall-clock.now`, `monotonic-clock.now` |
#![allow(unsafe_code)]

use core::cell::Cell;

use crate::bindings::wasi::clocks::{monotonic_clock, wall_clock};
use crate::errno::{Errno, Result};
use crate::filestat::nanoseconds;
use crate::guest::Ptr;
use crate::intrinsics::{self, has_clocks, sealed_clock};
use crate::repeatable::{Elapsed, VirtualClock};
use crate::state::State;
use crate::types::Clock;
use crate::waiting::{FREE, PAUSED, WAITING};

/// Nanoseconds since 1970.
pub fn realtime(elapsed: &Elapsed) -> Result<u64> {
    match VirtualClock::find(elapsed) {
        Some(clock) => Ok(clock.realtime()),
        None => nanoseconds(wall_clock::now()).ok_or(Errno::OVERFLOW),
    }
}

/// Nanoseconds since some start.
#[inline(always)]
fn monotonic(elapsed: &Elapsed) -> u64 {
    match VirtualClock::find(elapsed) {
        Some(clock) => clock.monotonic(),
        None => monotonic_clock::now(),
    }
}

/// True if there are clocks, of the host or of the component.
#[inline(always)]
pub fn are_there() -> bool {
    sealed_clock() != 0 || has_clocks()
}

/// Tells the resolution of a clock.
///
/// Errors: `INVAL` for an unknown clock, and for all if there is none, `BADF` for the processor's clocks, `OVERFLOW` from
/// the year 2554 on.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#clock_res_get>
pub fn clock_res_get(id: u32, result: Ptr<u64>) -> Result {
    if !are_there() {
        return Err(Errno::INVAL);
    }
    result.write(match Clock::new(id)? {
        Clock::Realtime | Clock::Monotonic if sealed_clock() != 0 => VirtualClock::resolution(),
        Clock::Realtime => nanoseconds(wall_clock::resolution()).ok_or(Errno::OVERFLOW)?,
        Clock::Monotonic => monotonic_clock::resolution(),
        Clock::Cpu => return Err(Errno::BADF),
    })
}

/// Reads a clock.
///
/// Errors: `INVAL` for an unknown clock, and for all if there is none, `BADF` for the processor's clocks, `OVERFLOW` from
/// the year 2554 on.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#clock_time_get>
pub fn clock_time_get(state: &State, id: u32, _precision: u64, result: Ptr<u64>) -> Result {
    if !are_there() {
        return Err(Errno::INVAL);
    }
    match Clock::new(id)? {
        Clock::Realtime => realtime_get(state, result),
        Clock::Monotonic => give(&state.last_read.monotonic, monotonic(&state.elapsed), result),
        Clock::Cpu => Err(Errno::BADF),
    }
}

/// Not inlined, because the other clock needs nothing of the stack.
#[inline(never)]
fn realtime_get(state: &State, result: Ptr<u64>) -> Result {
    give(&state.last_read.realtime, realtime(&state.elapsed)?, result)
}

fn give(last: &Cell<u64>, now: u64, result: Ptr<u64>) -> Result {
    if intrinsics::host_may_wait() {
        last.set(now);
    }
    result.write(now)
}

/// For a program whose allocator reads clocks, and which knows when the host calls that: no clock asks the host until it
/// says otherwise, and time stands still.
#[unsafe(no_mangle)]
extern "C" fn adapter_monotonic_clock_set_paused(paused: u32) {
    if intrinsics::host() != WAITING {
        intrinsics::set_host(if paused == 0 { FREE } else { PAUSED });
    }
}

/// [`clock_time_get`] while the host cannot be asked: the time that was read last.
///
/// Errors: `INVAL` for an unknown clock, `BADF` for the processor's clocks.
pub fn paused_clock_time_get(state: &State, id: u32, _precision: u64, result: Ptr<u64>) -> Result {
    let last = match Clock::new(id)? {
        Clock::Realtime => &state.last_read.realtime,
        Clock::Monotonic => &state.last_read.monotonic,
        Clock::Cpu => return Err(Errno::BADF),
    };
    result.write(last.get())
}
