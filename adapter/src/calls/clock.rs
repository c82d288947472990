//! Clocks.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `clock_res_get` | `wall-clock.resolution`, `monotonic-clock.resolution` |
//! | `clock_time_get` | `wall-clock.now`, `monotonic-clock.now` |

#![allow(unsafe_code)]

use crate::answers;
use crate::bindings::wasi::clocks::{monotonic_clock, wall_clock};
use crate::errno::{Errno, Result};
use crate::filestat::nanoseconds;
use crate::guest::Ptr;
use crate::state::State;
use crate::types::Clock;
use crate::waiting::{FREE, PAUSED, WAITING};

/// Nanoseconds since 1970.
pub fn realtime() -> Result<u64> {
    nanoseconds(wall_clock::now()).ok_or(Errno::OVERFLOW)
}

pub fn clock_res_get(id: u32, result: Ptr<u64>) -> Result {
    result.write(match Clock::new(id)? {
        Clock::Realtime => nanoseconds(wall_clock::resolution()).ok_or(Errno::OVERFLOW)?,
        Clock::Monotonic => monotonic_clock::resolution(),
        Clock::Cpu => return Err(Errno::BADF),
    })
}

pub fn clock_time_get(state: &State, id: u32, _precision: u64, result: Ptr<u64>) -> Result {
    let clock = Clock::new(id)?;
    let now = match clock {
        Clock::Realtime => realtime()?,
        Clock::Monotonic => monotonic_clock::now(),
        Clock::Cpu => return Err(Errno::BADF),
    };
    state.last_read.remember(clock, now);
    result.write(now)
}

/// For a program whose allocator reads clocks, and which knows when the host calls that: no clock asks the host until it
/// says otherwise, and time stands still.
#[unsafe(no_mangle)]
extern "C" fn adapter_monotonic_clock_set_paused(paused: u32) {
    if answers::host() != WAITING {
        answers::set_host(if paused == 0 { FREE } else { PAUSED });
    }
}

pub fn paused_clock_time_get(state: &State, id: u32, _precision: u64, result: Ptr<u64>) -> Result {
    result.write(state.last_read.of(Clock::new(id)?).ok_or(Errno::BADF)?.get())
}
