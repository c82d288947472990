//! Calls of preview1 while the host cannot be called.
//!
//! A component may not call out while the host waits for memory for its results or for a caller's arguments, nor while it
//! frees results. An allocator that calls preview1 then, as Go's does to time its collector, would trap at the first call of
//! the host. So the packer makes each function check this first. A function that reaches the host then fails with `NOTSUP`,
//! unless there is a substitute whose name begins with `paused_` or `waiting_`.
//!
//! No WASI 0.2 calls.

use core::cell::Cell;

use crate::intrinsics;

/// A value of [`intrinsics::host`]: the host can be called.
pub const FREE: u32 = 0;
/// The program wants clocks that do not call the host: the `paused_` functions serve.
pub const PAUSED: u32 = 1;
/// The host waits: of the functions that reach the host, only those with `paused_` or `waiting_` serve.
pub const WAITING: u32 = 2;

/// Has the guest's allocator do something for a host that waits.
pub fn while_host_waits<T>(allocate: impl FnOnce() -> T) -> T {
    let before = intrinsics::host();
    intrinsics::set_host(WAITING);
    let allocated = allocate();
    intrinsics::set_host(before);
    allocated
}

/// The last readings of the clocks, kept where `paused_clock_time_get` can be called.
pub struct LastRead {
    pub realtime: Cell<u64>,
    pub monotonic: Cell<u64>,
}

impl LastRead {
    pub fn new() -> Self {
        Self { realtime: Cell::new(0), monotonic: Cell::new(0) }
    }
}
