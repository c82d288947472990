//! Limits the memory and the time that an input takes.
//!
//! # Safety
//! The allocator forwards everything to the system's and counts.
#![allow(unsafe_code)]

use super::{Target, keep};
use anyhow::{Context, Result, anyhow, ensure};
use std::alloc::{GlobalAlloc, Layout, System};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;

/// The time after which an input is considered to run forever.
const LONGEST: Duration = Duration::from_secs(60);
/// The memory allowed for each byte of an input, and in addition.
const FACTOR: usize = 20;
const BESIDES: usize = 64 << 20;

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

/// An allocator that counts, for the fuzzing programs.
pub struct Counting;

// SAFETY: every call is forwarded with the caller's arguments.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}

fn count(size: usize) {
    let now = NOW.fetch_add(size, Relaxed) + size;
    MOST.fetch_max(now, Relaxed);
}

/// Tries an input. If it fails, it is kept in `file`, and the error says how to try it again.
pub fn try_input(target: &Target, input: &[u8], file: &Path) -> Result<()> {
    /// One input at a time, since the counters are global.
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = NOW.load(Relaxed);
    MOST.store(before, Relaxed);
    let result = in_time(target, input, file, || {
        let checked = catch_unwind(AssertUnwindSafe(|| (target.check)(input)));
        checked.unwrap_or_else(|_| Err(anyhow!("it panics")))
    });
    let result = result.and_then(|()| {
        let taken = MOST.load(Relaxed).saturating_sub(before);
        ensure!(taken <= FACTOR * input.len() + BESIDES, "{} bytes take {taken} of memory", input.len());
        Ok(())
    });
    result.with_context(|| keep(target, input, file))
}

/// Runs `work`, and ends this process if it takes too long.
fn in_time<T>(target: &Target, input: &[u8], file: &Path, work: impl FnOnce() -> T) -> T {
    std::thread::scope(|scope| {
        let (done, waits) = mpsc::channel::<()>();
        scope.spawn(move || {
            if waits.recv_timeout(LONGEST) == Err(mpsc::RecvTimeoutError::Timeout) {
                eprintln!("it does not end: {}", keep(target, input, file));
                std::process::exit(1);
            }
        });
        let result = work();
        drop(done);
        result
    })
}
