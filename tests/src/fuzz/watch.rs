//! How much memory an input takes, and how long.
//!
//! # Safety
//! The allocator hands everything on to the system's and only counts.
#![allow(unsafe_code)]

use super::{Target, keep};
use anyhow::{Context, Result, anyhow, ensure};
use std::alloc::{GlobalAlloc, Layout, System};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;

/// Longer than this, and an input never ends.
const LONGEST: Duration = Duration::from_secs(60);
/// What may be taken for each byte of an input, and besides.
const FACTOR: usize = 20;
const BESIDES: usize = 64 << 20;

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

/// An allocator that counts, for programs that try inputs.
pub struct Counting;

// SAFETY: every call is handed on with the arguments that the caller answers for.
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

/// Tries an input; if it fails, it is kept in `file`, and the error says how to try it again.
pub fn try_input(target: &Target, input: &[u8], file: &Path) -> Result<()> {
    /// What is counted is what one input takes.
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

/// Does something, and ends this process if that does not end.
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
