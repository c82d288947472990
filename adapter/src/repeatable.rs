//! Time and random bytes that a linker has decided, by which each run of a component is like the one before. Using them is cold,
//! for programs that have the host's.

use core::cell::Cell;

use crate::chacha20;
use crate::guest::Buffer;
use crate::intrinsics::{sealed_clock, sealed_random};
use crate::sealed_data::value;

/// The number of nanoseconds and of random bytes that have gone by.
pub struct Elapsed {
    nanoseconds: Cell<u64>,
    random: Cell<u64>,
}

impl Elapsed {
    pub fn new() -> Self {
        Self { nanoseconds: Cell::new(0), random: Cell::new(0) }
    }
}

/// The clock that a linker has put into the component. Its time goes by when it is read, and when it is waited for.
///
/// In the sealed data, two numbers of eight bytes: the time at the start of the program, in nanoseconds since 1970, and the
/// nanoseconds that go by at each reading.
#[derive(Clone, Copy)]
pub struct VirtualClock<'a> {
    elapsed: &'a Cell<u64>,
}

impl<'a> VirtualClock<'a> {
    #[inline(always)]
    pub fn find(elapsed: &'a Elapsed) -> Option<Self> {
        (sealed_clock() != 0).then_some(Self { elapsed: &elapsed.nanoseconds })
    }

    fn start() -> u64 {
        value(sealed_clock())
    }

    fn step() -> u64 {
        value(sealed_clock() + 8)
    }

    #[cold]
    pub fn resolution() -> u64 {
        Self::step().max(1)
    }

    /// The nanoseconds since the program's start. The time stands still at the last that can be told.
    #[cold]
    pub fn monotonic(self) -> u64 {
        let now = self.elapsed.get();
        self.elapsed.set(now.saturating_add(Self::step()));
        now
    }

    /// The nanoseconds since 1970.
    #[cold]
    pub fn realtime(self) -> u64 {
        Self::start().saturating_add(self.monotonic())
    }

    /// The time since the program's start at which it is so late since 1970.
    pub fn since_start(self, realtime: u64) -> u64 {
        realtime.saturating_sub(Self::start())
    }

    /// The time since the program's start, without a reading.
    pub fn elapsed(self) -> u64 {
        self.elapsed.get()
    }

    /// Lets time go by until so many nanoseconds after the program's start.
    pub fn advance(self, until: u64) {
        self.elapsed.set(until.max(self.elapsed.get()));
    }
}

/// Fills a buffer with the next random bytes that a linker has put into the component.
///
/// In the sealed data, the [`chacha20::Start`] of their blocks.
#[cold]
pub fn random(elapsed: &Elapsed, buffer: Buffer) {
    chacha20::fill(value(sealed_random()), &elapsed.random, buffer);
}
