//! What can be had of preview1 while the host cannot be asked.
//!
//! A component may not be left while the host waits for memory to put its results or a caller's arguments into, nor while
//! what was returned is freed. A program's allocator that calls preview1 all the same, as Go's does to see how long its
//! collector takes, would trap at the first call of the host. So the packer has each function ask before it does anything:
//! what reaches the host is `NOTSUP` in the meantime, but for those of which there is a second one, whose name begins with
//! `paused_` or `waiting_`.
//!
//! No WASI 0.2 calls.

use core::cell::Cell;

use crate::answers;

/// What [`answers::host`] says.
pub const FREE: u32 = 0;
/// The program does not want its clocks to ask the host: what begins with `paused_` serves.
pub const PAUSED: u32 = 1;
/// The host waits: what begins with `paused_` or `waiting_` serves, and nothing else that reaches the host.
pub const WAITING: u32 = 2;

/// Has the guest's allocator do something for a host that waits.
pub fn while_host_waits<T>(allocate: impl FnOnce() -> T) -> T {
    let before = answers::host();
    answers::set_host(WAITING);
    let allocated = allocate();
    answers::set_host(before);
    allocated
}

/// What the clocks said last, where anyone could want it later.
pub struct LastRead {
    pub realtime: Cell<u64>,
    pub monotonic: Cell<u64>,
}

impl LastRead {
    pub fn new() -> Self {
        Self { realtime: Cell::new(0), monotonic: Cell::new(0) }
    }
}
