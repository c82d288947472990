//! One processor for all that is measured together. Waking another one costs anything between 1 and 50 microseconds, and
//! which one a thread is on is luck; on one, time is work.

use std::panic::resume_unwind;
use std::thread;

/// Works in a thread that stays where the first of these began, as does every thread and process that begins there. It is
/// the same for all because the hosts keep threads of their own from one table to the next.
pub fn on_one_processor<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let worker = scope.spawn(|| {
            stay();
            work()
        });
        worker.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// Where it cannot be said, or is not allowed, the figures vary more; that is all.
#[cfg(target_os = "linux")]
fn stay() {
    static HERE: std::sync::OnceLock<i32> = std::sync::OnceLock::new();
    // SAFETY: a set of processors is an array of bits, for which zeros are valid; the functions only read it and write it.
    unsafe {
        let Ok(here) = usize::try_from(*HERE.get_or_init(|| libc::sched_getcpu())) else { return };
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(here, &mut set);
        libc::sched_setaffinity(0, size_of_val(&set), &set);
    }
}

#[cfg(not(target_os = "linux"))]
fn stay() {}
