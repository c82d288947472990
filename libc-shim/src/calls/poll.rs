//! `poll` and `select`, for sockets and what the adapter has in one call.
//!
//! # Safety
//! `adapter_subscribe` gives a handle of a pollable, for the caller to own.
#![allow(unsafe_code)]

use alloc::vec::Vec;

use crate::bindings::wasi::io::poll::Pollable;
use crate::c::{self, Timespec, Timeval};
use crate::description::pollfd;
use crate::errno::{Errno, Result};
use crate::preview1::{self, FD_READ, FD_WRITE};
use crate::{options, runtime, table, wait};

/// `struct pollfd`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PollFd {
    fd: i32,
    events: i16,
    revents: i16,
}

const FD_SETSIZE: usize = 1024;

/// `fd_set`: the members of the set, in any order.
#[repr(C)]
pub struct FdSet {
    len: usize,
    fds: [i32; FD_SETSIZE],
}

/// Waits for events of descriptors.
///
/// Errors: `EFAULT`, `ENOMEM`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/poll.html>
pub fn poll(start: *mut PollFd, count: usize, milliseconds: i32) -> Result<i32> {
    let timeout = u64::try_from(milliseconds).ok().map(|timeout| timeout * 1_000_000);
    poll_all(c::slice_mut(start, count)?, timeout)
}

/// [`poll`] with a finer timeout. There are no signals, so the mask has no effect.
///
/// Errors: `EFAULT`, `ENOMEM`, `EINVAL` for the timeout.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/poll.html>
pub fn ppoll(start: *mut PollFd, count: usize, timeout: *const Timespec, _mask: *const u8) -> Result<i32> {
    poll_all(c::slice_mut(start, count)?, duration(timeout)?)
}

/// Waits for descriptors to become ready.
///
/// Errors: `EBADF`, `EINVAL` for the bound or the timeout, `EFAULT`, `ENOMEM`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/select.html>
pub fn select(
    bound: i32,
    read: *mut FdSet,
    write: *mut FdSet,
    except: *mut FdSet,
    timeout: *const Timeval,
) -> Result<i32> {
    let timeout = match timeout.is_null() {
        true => None,
        false => Some(duration_of(c::get(timeout)?)?),
    };
    select_all(bound, [read, write, except], timeout)
}

/// [`select`] with a finer timeout. There are no signals, so the mask has no effect.
///
/// Errors: those of [`select`].
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/pselect.html>
pub fn pselect(
    bound: i32,
    read: *mut FdSet,
    write: *mut FdSet,
    except: *mut FdSet,
    timeout: *const Timespec,
    _mask: *const u8,
) -> Result<i32> {
    select_all(bound, [read, write, except], duration(timeout)?)
}

fn duration_of(time: Timeval) -> Result<u64> {
    if time.sec < 0 { Err(Errno::INVAL) } else { options::nanoseconds(time).map_err(|_| Errno::INVAL) }
}

/// In nanoseconds; none is forever.
pub fn duration(time: *const Timespec) -> Result<Option<u64>> {
    if time.is_null() {
        return Ok(None);
    }
    let time = c::get(time)?;
    match (u64::try_from(time.sec), u64::try_from(time.nsec)) {
        (Ok(sec), Ok(nsec)) if nsec < 1_000_000_000 => Ok(Some(sec.saturating_mul(1_000_000_000).saturating_add(nsec))),
        _ => Err(Errno::INVAL),
    }
}

fn poll_all(fds: &mut [PollFd], timeout: Option<u64>) -> Result<i32> {
    let deadline = timeout.map(wait::deadline);
    loop {
        // Each is asked, and what is not ready leaves what to wait for.
        let mut pollables = Vec::new();
        let mut count = 0;
        for entry in &mut *fds {
            entry.revents = if entry.fd < 0 { 0 } else { poll_one(entry.fd, entry.events, &mut pollables)? };
            count += i32::from(entry.revents != 0);
        }
        let over = timeout == Some(0) || deadline.is_some_and(wait::is_over);
        if count > 0 || over {
            return Ok(count);
        }
        wait::any(&pollables, deadline)?;
    }
}

/// The events of a descriptor, ours or the adapter's, in `revents`; without any, adds the pollables to wait for.
pub fn poll_one(fd: i32, events: i16, pollables: &mut Vec<Pollable>) -> Result<i16> {
    let Some(description) = table::lookup(fd) else { return poll_adapter(fd as u32, events, pollables) };
    let revents = description.ready(events);
    if revents == 0 {
        description.subscribe(events, pollables)?;
    }
    Ok(revents)
}

fn poll_adapter(fd: u32, events: i16, pollables: &mut Vec<Pollable>) -> Result<i16> {
    if preview1::stat(fd).is_err() {
        return Ok(pollfd::POLLNVAL);
    }
    let mut revents = 0;
    for (event, kind) in [(pollfd::POLLIN, FD_READ), (pollfd::POLLOUT, FD_WRITE)] {
        if events & event == 0 {
            continue;
        }
        match preview1::subscribe(fd, kind) {
            Ok(0) => revents |= event,
            Ok(handle) => {
                // SAFETY: see the head of this file.
                let pollable = unsafe { Pollable::from_handle(handle) };
                if pollable.ready() {
                    revents |= event;
                } else {
                    runtime::push(pollables, pollable)?;
                }
            }
            // It is open, but not for this.
            Err(Errno::BADF) => {}
            Err(_) => revents |= pollfd::POLLERR,
        }
    }
    Ok(revents)
}

/// Of each set, which events put a descriptor into it, and which to wait for.
const SETS: [(i16, i16); 3] = [
    (pollfd::POLLIN, pollfd::POLLIN | pollfd::POLLHUP | pollfd::POLLERR),
    (pollfd::POLLOUT, pollfd::POLLOUT | pollfd::POLLERR),
    (0, 0),
];

fn select_all(bound: i32, sets: [*mut FdSet; 3], timeout: Option<u64>) -> Result<i32> {
    if bound < 0 {
        return Err(Errno::INVAL);
    }
    let mut fds = Vec::<PollFd>::new();
    for (set, (events, _)) in sets.into_iter().zip(SETS) {
        for &fd in members(set)?.iter().filter(|fd| (0..bound).contains(*fd)) {
            match fds.iter_mut().find(|entry| entry.fd == fd) {
                Some(entry) => entry.events |= events,
                None => runtime::push(&mut fds, PollFd { fd, events, revents: 0 })?,
            }
        }
    }
    // A set is not changed unless the call succeeds.
    if fds.iter().any(|entry| table::check(entry.fd).is_err()) {
        return Err(Errno::BADF);
    }
    poll_all(&mut fds, timeout)?;
    let mut count = 0;
    for (set, (_, revents)) in sets.into_iter().zip(SETS) {
        let members = members(set)?;
        let mut len = 0;
        for index in 0..members.len() {
            let fd = members[index];
            if fds.iter().any(|entry| entry.fd == fd && entry.revents & revents != 0) {
                members[len] = fd;
                len += 1;
            }
        }
        if !set.is_null() {
            c::put(set.cast::<usize>(), len)?;
        }
        count += len as i32;
    }
    Ok(count)
}

fn members<'a>(set: *mut FdSet) -> Result<&'a mut [i32]> {
    if set.is_null() {
        return Ok(&mut []);
    }
    let len = c::get(set.cast::<usize>())?.min(FD_SETSIZE);
    c::slice_mut(set.cast::<i32>().wrapping_add(1), len)
}
