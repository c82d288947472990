//! Waiting for pollables.

use crate::bindings::wasi::clocks::monotonic_clock::{now, subscribe_duration, subscribe_instant};
use crate::bindings::wasi::io::poll::{Pollable, poll};
use crate::errno::{Errno, Result};

/// Tries until `attempt` has something. In between it waits for `subscribe`, altogether for `patience` nanoseconds at
/// most; then it is `EAGAIN`.
pub fn until<T>(
    patience: Option<u64>,
    subscribe: impl Fn() -> Pollable,
    mut attempt: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
    let mut end = None;
    loop {
        if let Some(value) = attempt()? {
            return Ok(value);
        }
        match patience {
            None => subscribe().block(),
            Some(0) => return Err(Errno::AGAIN),
            Some(patience) => {
                let end = *end.get_or_insert_with(|| deadline(patience));
                let (pollable, clock) = (subscribe(), subscribe_instant(end));
                poll(&[&pollable, &clock]);
                if !pollable.ready() {
                    return Err(Errno::AGAIN);
                }
            }
        }
    }
}

/// The same where nobody else can do anything about it: if there is nothing at once, there is nothing later.
pub fn for_nobody<T>(patience: Option<u64>, mut attempt: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    match (attempt()?, patience) {
        (Some(value), _) => Ok(value),
        (None, Some(0)) => Err(Errno::AGAIN),
        (None, Some(patience)) => {
            any(&[], Some(deadline(patience)));
            Err(Errno::AGAIN)
        }
        (None, None) => loop {
            any(&[], None);
        },
    }
}

/// When a wait for `timeout` nanoseconds that begins now is over.
pub fn deadline(timeout: u64) -> u64 {
    now().saturating_add(timeout)
}

/// Waits for one of the pollables, or for the deadline. With nothing to wait for, it waits nevertheless.
pub fn any(pollables: &[Pollable], deadline: Option<u64>) {
    let clock = match deadline {
        Some(deadline) => Some(subscribe_instant(deadline)),
        None if pollables.is_empty() => Some(subscribe_duration(u64::MAX)),
        None => None,
    };
    let all: alloc::vec::Vec<&Pollable> = pollables.iter().chain(&clock).collect();
    poll(&all);
}

pub fn is_over(deadline: u64) -> bool {
    now() >= deadline
}
