//! Waiting for pollables.

use alloc::vec::Vec;

use crate::bindings::wasi::clocks::monotonic_clock::{now, subscribe_duration, subscribe_instant};
use crate::bindings::wasi::io::poll::{Pollable, poll};
use crate::errno::{Errno, Result};
use crate::runtime;

/// Tries until `attempt` has something. In between it waits for `subscribe`, altogether for `timeout` nanoseconds at
/// most; then it is `EAGAIN`.
pub fn until<T>(
    timeout: Option<u64>,
    subscribe: impl Fn() -> Pollable,
    mut attempt: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
    let mut end = None;
    loop {
        if let Some(value) = attempt()? {
            return Ok(value);
        }
        match timeout {
            None => subscribe().block(),
            Some(0) => return Err(Errno::AGAIN),
            Some(timeout) => {
                let end = *end.get_or_insert_with(|| deadline(timeout));
                let (pollable, clock) = (subscribe(), subscribe_instant(end));
                poll_by(&mut [0; 4], &[&pollable, &clock]);
                if !pollable.ready() {
                    return Err(Errno::AGAIN);
                }
            }
        }
    }
}

/// The same where nobody else can do anything about it: if there is nothing at once, there is nothing later.
pub fn for_nobody<T>(timeout: Option<u64>, mut attempt: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    match (attempt()?, timeout) {
        (Some(value), _) => Ok(value),
        (None, Some(0)) => Err(Errno::AGAIN),
        (None, Some(timeout)) => {
            any(&[], Some(deadline(timeout)))?;
            Err(Errno::AGAIN)
        }
        (None, None) => loop {
            any(&[], None)?;
        },
    }
}

/// The end of a wait for `timeout` nanoseconds that begins now.
pub fn deadline(timeout: u64) -> u64 {
    now().saturating_add(timeout)
}

/// The time until then.
pub fn left(deadline: u64) -> u64 {
    deadline.saturating_sub(now())
}

/// Waits for one of the pollables, or for the deadline. With nothing to wait for, it waits nevertheless.
pub fn any(pollables: &[Pollable], deadline: Option<u64>) -> Result {
    let clock = match deadline {
        Some(deadline) => Some(subscribe_instant(deadline)),
        None if pollables.is_empty() => Some(subscribe_duration(u64::MAX)),
        None => None,
    };
    let mut all = Vec::new();
    for pollable in pollables.iter().chain(&clock) {
        runtime::push(&mut all, pollable)?;
    }
    poll_by(&mut runtime::zeros(2 * all.len())?, &all);
    Ok(())
}

/// Waits with memory for what the host is given, and as much for what it returns.
fn poll_by(words: &mut [u32], pollables: &[&Pollable]) {
    runtime::lend(&mut [], words, || drop(poll(pollables)));
}

pub fn is_over(deadline: u64) -> bool {
    now() >= deadline
}
