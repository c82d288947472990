//! The clock of what never waits: how long a processor has worked for this thread. What else the machine does meanwhile
//! does not count.

use std::time::Duration;

/// Since some point in the past.
#[cfg(unix)]
pub fn now() -> Duration {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the function writes the time where it is told to. It knows the clock, and so does not fail.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut now) };
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

/// Where there is no such clock, all counts.
#[cfg(not(unix))]
pub fn now() -> Duration {
    static BEGAN: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    BEGAN.elapsed()
}
