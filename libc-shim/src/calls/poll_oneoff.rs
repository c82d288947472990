//! `poll_oneoff`, for programs that call preview1 themselves. The C library's own uses of it are for clocks alone.
//!
//! # Safety
//! The signature is that of preview1, and its pointers are.
#![allow(unsafe_code)]

use alloc::vec::Vec;

use super::poll::poll_one;
use crate::bindings::wasi::clocks::monotonic_clock::now;
use crate::bindings::wasi::io::poll::Pollable;
use crate::caller;
use crate::description::pollfd;
use crate::errno::{Errno, Result};
use crate::preview1::{self as real, CLOCK, Event, FD_READ, FD_WRITE, Subscription, SubscriptionBody, next};
use crate::{runtime, table, wait};

// SAFETY: see the head of this file.
#[unsafe(no_mangle)]
extern "C" fn __imported_wasi_snapshot_preview1_poll_oneoff(
    subscriptions: *const Subscription,
    events: *mut Event,
    count: usize,
    result: *mut usize,
) -> i32 {
    let ours = |it: &Subscription| it.tag != CLOCK && table::lookup(it.body.id as i32).is_some();
    match caller::inputs(subscriptions, count) {
        Ok(subscriptions) if subscriptions.iter().any(ours) => Errno::code(poll(&subscriptions, events, result)),
        // SAFETY: see the head of this file.
        _ => unsafe { next::poll_oneoff(subscriptions, events, count, result) },
    }
}

// SAFETY: as above.
#[unsafe(export_name = "poll_oneoff|wasi_snapshot_preview1")]
extern "C" fn poll_oneoff(from: *const Subscription, to: *mut Event, count: usize, result: *mut usize) -> i32 {
    __imported_wasi_snapshot_preview1_poll_oneoff(from, to, count, result)
}

fn poll(subscriptions: &[Subscription], events: *mut Event, result: *mut usize) -> Result {
    let mut deadlines = Vec::new();
    for subscription in subscriptions {
        runtime::push(&mut deadlines, deadline(subscription)?)?;
    }
    let first = deadlines.iter().flatten().min().copied();
    let events = caller::outputs(events, subscriptions.len())?;
    loop {
        let (mut count, mut pollables) = (0, Vec::new());
        for (subscription, deadline) in subscriptions.iter().zip(&deadlines) {
            let event = match deadline {
                Some(deadline) => wait::is_over(*deadline).then_some((0, 0, 0)),
                None => event_of(subscription, &mut pollables)?,
            };
            if let Some((error, nbytes, flags)) = event {
                let &Subscription { userdata, tag: kind, .. } = subscription;
                events[count] = Event { userdata, error, kind, nbytes, flags };
                count += 1;
            }
        }
        if count > 0 {
            return caller::put(result, count);
        }
        wait::any(&pollables, first)?;
    }
}

/// The time of a clock's event, on the monotonic clock; none for an event of a descriptor.
fn deadline(subscription: &Subscription) -> Result<Option<u64>> {
    const ABSOLUTE: u16 = 1;
    const MONOTONIC: u32 = 1;
    let &Subscription { tag, body: SubscriptionBody { id, timeout, flags, .. }, .. } = subscription;
    match tag {
        CLOCK if flags & ABSOLUTE == 0 => Ok(Some(wait::deadline(timeout))),
        CLOCK if id == MONOTONIC => Ok(Some(timeout)),
        CLOCK => {
            let passed = real::time(id)?;
            Ok(Some(now().saturating_add(timeout.saturating_sub(passed))))
        }
        FD_READ | FD_WRITE => Ok(None),
        _ => Err(Errno::INVAL),
    }
}

/// Error, bytes and flags of the event that a descriptor has now.
fn event_of(subscription: &Subscription, pollables: &mut Vec<Pollable>) -> Result<Option<(u16, u64, u16)>> {
    const HANGUP: u16 = 1;
    let fd = subscription.body.id as i32;
    let events = if subscription.tag == FD_READ { pollfd::POLLIN } else { pollfd::POLLOUT };
    let revents = poll_one(fd, events, pollables)?;
    if revents & pollfd::POLLNVAL != 0 {
        return Ok(Some((Errno::BADF.0, 0, 0)));
    }
    let bytes = || match table::lookup(fd) {
        Some(description) if events == pollfd::POLLIN => description.readable().unwrap_or(0) as u64,
        _ => 0,
    };
    Ok((revents != 0).then(|| (0, bytes(), if revents & pollfd::POLLHUP != 0 { HANGUP } else { 0 })))
}
