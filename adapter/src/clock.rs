//! Clocks.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `clock_res_get` | `wall-clock.resolution`, `monotonic-clock.resolution` |
//! | `clock_time_get` | `wall-clock.now`, `monotonic-clock.now` |

use crate::bindings::wasi::clocks::{monotonic_clock, wall_clock};
use crate::entry::entry;
use crate::errno::{Errno, Result};
use crate::filestat::nanoseconds;
use crate::guest::Ptr;
use crate::waiting;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    Realtime,
    Monotonic,
    /// The processor time of the process or of a thread, which neither WASI 0.2 nor preview1 hosts have.
    Cpu,
}

impl Clock {
    pub fn new(id: u32) -> Result<Self> {
        match id {
            0 => Ok(Self::Realtime),
            1 => Ok(Self::Monotonic),
            2 | 3 => Ok(Self::Cpu),
            _ => Err(Errno::INVAL),
        }
    }
}

/// Nanoseconds since 1970.
pub fn realtime() -> Result<u64> {
    nanoseconds(wall_clock::now()).ok_or(Errno::OVERFLOW)
}

entry! {
    fn clock_res_get(id: u32, result: Ptr<u64>) {
        result.write(match Clock::new(id)? {
            Clock::Realtime => nanoseconds(wall_clock::resolution()).ok_or(Errno::OVERFLOW)?,
            Clock::Monotonic => monotonic_clock::resolution(),
            Clock::Cpu => return Err(Errno::BADF),
        })
    }

    fn clock_time_get(id: u32, _precision: u64, result: Ptr<u64>) {
        let clock = Clock::new(id)?;
        let now = match clock {
            Clock::Realtime => realtime()?,
            Clock::Monotonic => monotonic_clock::now(),
            Clock::Cpu => return Err(Errno::BADF),
        };
        waiting::remember(clock, now);
        result.write(now)
    }
}
