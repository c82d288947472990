//! Runs measurements on a single processor. Waking another one takes between 1 and 50 microseconds, and a thread's
//! processor is a matter of luck; on a single one, time is proportional to work.

use std::panic::resume_unwind;
use std::thread;

/// Works in a thread that stays on the processor of the first such thread; threads and processes that it starts stay
/// there too. The processor is always the same, because the hosts keep threads from one table to the next.
pub fn on_one_processor<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let worker = scope.spawn(|| {
            stay();
            work()
        });
        worker.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// Pins this thread to its processor. If that is impossible, the figures only vary more.
#[cfg(target_os = "linux")]
fn stay() {
    static HERE: std::sync::OnceLock<i32> = std::sync::OnceLock::new();
    // SAFETY: a set of processors is an array of bits, for which zeros are valid, and the functions only read or write
    // it.
    unsafe {
        let Ok(here) = usize::try_from(*HERE.get_or_init(|| libc::sched_getcpu())) else { return };
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(here, &mut set);
        libc::sched_setaffinity(0, size_of_val(&set), &set);
    }
}

#[cfg(not(target_os = "linux"))]
fn stay() {}
