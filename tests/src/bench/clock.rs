//! A clock for code that never waits: the processor time of this thread. Other work of the machine does not count.

use std::time::Duration;

/// Returns the time since an arbitrary point in the past.
#[cfg(unix)]
pub fn now() -> Duration {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is valid for the write. The clock exists, so the call does not fail.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut now) };
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

/// Without such a clock, all time counts.
#[cfg(not(unix))]
pub fn now() -> Duration {
    static BEGAN: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    BEGAN.elapsed()
}
