//! Waiting.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `poll_oneoff` | a pollable per clock and standard stream (`subscribe*`), then one `poll`, or `ready` of each when something is ready already |
//! | `adapter_subscribe` | `subscribe` of a standard stream |
//!
//! Files are always ready, and so is an error: it is the event of its own subscription and leaves the others alone. The
//! component's own clock goes on to the first time that is waited for, if nothing else is ready.
//! Subscriptions are read before the first event is written, over which they may lie.
#![allow(unsafe_code)]

use super::clock::{self, realtime};
use crate::bindings::wasi::clocks::monotonic_clock::{subscribe_duration, subscribe_instant};
use crate::bindings::wasi::io::poll::Pollable;
use crate::descriptor::Open;
use crate::errno::{Errno, Result};
use crate::guest::{Buffer, Ptr};
use crate::intrinsics::{has_stdin, is_cgi};
use crate::raw;
use crate::repeatable::VirtualClock;
use crate::scratch::ScratchVec;
use crate::snapshot::Subscriptions;
use crate::state::State;
use crate::types::{Clock, Event, Fd, Subscription, eventtype, flags};

/// Waits for the first of several events.
///
/// Errors: `INVAL` without a subscription or for an unknown clock, event or flag, and for all clocks if the host has none,
/// `NOMEM`; an error of one descriptor is its event.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#poll_oneoff>
pub fn poll_oneoff(
    state: &State,
    subscriptions: Ptr<Subscription>,
    events: Ptr<Event>,
    count: u32,
    result: Ptr<u32>,
) -> Result {
    if count == 0 {
        return Err(Errno::INVAL);
    }
    let subscriptions = Subscriptions::check(subscriptions, count)?;
    let (mut events, result) = (events.outs(count)?, result.check()?);
    let mut awaited = AllAwaited::new(state, count as usize)?;
    for subscription in subscriptions {
        awaited.push(&subscription, wait(state, &subscription)?)?;
    }
    awaited.wait(state);
    let mut nevents = 0;
    for &Awaited { userdata, error, kind, nbytes, .. } in awaited.list.iter().filter(|awaited| awaited.ready) {
        events.push(Event { userdata, error, kind, nbytes, flags: 0 });
        nevents += 1;
    }
    result.set(nevents);
    Ok(())
}

/// Makes a pollable for an event of one descriptor, for a C library that also waits for descriptors of its own. It is
/// the caller's; 0 stands for what is always ready.
///
/// Errors: `BADF`, `INVAL` for an unknown event.
pub fn adapter_subscribe(state: &State, fd: Fd, kind: u32, result: Ptr<u32>) -> Result {
    let result = result.check()?;
    let wait = match u8::try_from(kind) {
        Ok(eventtype::FD_READ) => wait_for_input(state, fd),
        Ok(eventtype::FD_WRITE) => wait_for_output(state, fd),
        _ => return Err(Errno::INVAL),
    };
    result.set(match wait {
        Wait::For(pollable) => pollable.take_handle(),
        Wait::Over(outcome) => outcome.map(|_| 0)?,
        Wait::Until(_) => 0,
    });
    Ok(())
}

/// The condition of a subscription.
enum Wait {
    For(Pollable),
    /// A time of the component's own clock, in nanoseconds since the program's start.
    Until(u64),
    /// Nothing: it is ready with so many bytes, or fails.
    Over(Result<u64>),
}

impl Wait {
    fn on(pollable: Result<Pollable>) -> Self {
        pollable.map_or_else(|errno| Self::Over(Err(errno)), Self::For)
    }
}

/// A subscription that is not understood fails the whole call.
fn wait(state: &State, subscription: &Subscription) -> Result<Wait> {
    Ok(match subscription.tag {
        eventtype::CLOCK => wait_for_time(state, subscription)?,
        eventtype::FD_READ => wait_for_input(state, Fd(subscription.id)),
        eventtype::FD_WRITE => wait_for_output(state, Fd(subscription.id)),
        _ => return Err(Errno::INVAL),
    })
}

fn wait_for_time(state: &State, subscription: &Subscription) -> Result<Wait> {
    let (clock, time) = (Clock::new(subscription.id)?, subscription.timeout);
    let absolute = flags(subscription.flags, 1)? != 0;
    if !clock::are_there() {
        return Err(Errno::INVAL);
    }
    if let Some(own) = VirtualClock::find(&state.elapsed) {
        return wait_for_own_time(own, clock, time, absolute);
    }
    Ok(match clock {
        // All clocks agree about durations.
        _ if !absolute => Wait::For(subscribe_duration(time)),
        Clock::Monotonic => Wait::For(subscribe_instant(time)),
        Clock::Realtime => match time.checked_sub(realtime(&state.elapsed)?) {
            Some(left) if left > 0 => Wait::For(subscribe_duration(left)),
            _ => Wait::Over(Ok(0)),
        },
        Clock::Cpu => return Err(Errno::INVAL),
    })
}

#[cold]
fn wait_for_own_time(own: VirtualClock<'_>, clock: Clock, time: u64, absolute: bool) -> Result<Wait> {
    let until = match clock {
        _ if !absolute => own.elapsed().saturating_add(time),
        Clock::Monotonic => time,
        Clock::Realtime => own.since_start(time),
        Clock::Cpu => return Err(Errno::INVAL),
    };
    Ok(if until <= own.elapsed() { Wait::Over(Ok(0)) } else { Wait::Until(until) })
}

fn wait_for_input(state: &State, fd: Fd) -> Wait {
    match state.get(fd).and_then(|descriptor| descriptor.open()) {
        Ok(Open::Input(_)) if is_cgi() => match state.cgi() {
            Ok(cgi) => cgi.input.subscribe().map_or(Wait::Over(Ok(1)), Wait::For),
            Err(errno) => Wait::Over(Err(errno)),
        },
        Ok(Open::Input(input)) if has_stdin() => Wait::For(input.stream().subscribe()),
        Ok(Open::Input(_)) => Wait::Over(Ok(1)),
        Ok(Open::Output(_)) => Wait::Over(Err(Errno::BADF)),
        Ok(Open::File(file)) if file.is_sequential() == Ok(true) => {
            Wait::on(file.input(|stream| Ok(stream.subscribe())))
        }
        // At the end of the file there is still something to read: that this is the end.
        Ok(Open::File(file)) => {
            Wait::Over(file.stat().map(|stat| stat.size.saturating_sub(file.position.get()).max(1)))
        }
        Ok(Open::Embedded(file)) => match file.subscribe() {
            Some(pollable) => Wait::For(pollable),
            None => Wait::Over(Ok(file.size().saturating_sub(file.position.get()).max(1))),
        },
        Err(errno) => Wait::Over(Err(errno)),
    }
}

fn wait_for_output(state: &State, fd: Fd) -> Wait {
    match state.get(fd).and_then(|descriptor| descriptor.open()) {
        Ok(Open::Input(_)) => Wait::Over(Err(Errno::BADF)),
        Ok(Open::Output(output)) if is_cgi() && output.is_stdout() => match state.cgi() {
            Ok(cgi) => cgi.response.subscribe().map_or(Wait::Over(Ok(1)), Wait::For),
            Err(errno) => Wait::Over(Err(errno)),
        },
        Ok(Open::Output(output)) if output.is_absent() => Wait::Over(Ok(1)),
        Ok(Open::Output(output)) => Wait::For(output.stream().subscribe()),
        // One that is open for reading, too, keeps only the stream for that.
        Ok(Open::File(file)) if file.is_sequential() == Ok(true) && file.readable().is_err() => {
            Wait::on(file.append(|stream| Ok(stream.subscribe())))
        }
        Ok(Open::File(_) | Open::Embedded(_)) => Wait::Over(Ok(1)),
        Err(errno) => Wait::Over(Err(errno)),
    }
}

/// A subscription, as it was read, and its event.
#[derive(Clone, Copy)]
struct Awaited {
    userdata: u64,
    /// Before a time of the component's own clock has come, this time.
    nbytes: u64,
    error: u16,
    kind: u8,
    ready: bool,
}

/// All subscriptions of a call, in scratch space.
struct AllAwaited {
    list: ScratchVec<Awaited>,
    /// The pollable of each, owned; 0 for what is ready without.
    handles: ScratchVec<u32>,
    /// Room for the indices of those that are ready.
    results: Buffer,
}

impl AllAwaited {
    fn new(state: &State, count: usize) -> Result<Self> {
        // Looking a descriptor up must not want scratch space after this has taken it.
        state.load_preopens();
        let bytes = count.checked_mul(size_of::<Awaited>() + 2 * size_of::<u32>()).ok_or(Errno::NOMEM)?;
        let (list, rest) = state.memory.scratch(bytes)?.split(count * size_of::<Awaited>());
        let (handles, results) = rest.split(count * size_of::<u32>());
        // SAFETY: scratch space of this call, of which nobody else has these parts.
        Ok(unsafe { Self { list: ScratchVec::new(list), handles: ScratchVec::new(handles), results } })
    }

    fn push(&mut self, &Subscription { userdata, tag: kind, .. }: &Subscription, wait: Wait) -> Result {
        let (handle, ready, outcome) = match wait {
            Wait::For(pollable) => (pollable.take_handle(), false, Ok(u64::from(kind != eventtype::CLOCK))),
            Wait::Until(time) => (0, false, Ok(time)),
            Wait::Over(outcome) => (0, true, outcome),
        };
        let (error, nbytes) = (Errno::code(outcome.map(drop)), outcome.unwrap_or(0));
        let fits = self.handles.push(handle) && self.list.push(Awaited { userdata, nbytes, error, kind, ready });
        if fits { Ok(()) } else { Err(Errno::NOMEM) }
    }

    /// Waits until at least one is ready, and marks all that are.
    fn wait(&mut self, state: &State) {
        if self.is_any_ready() {
            self.ask();
        } else if let Some(clock) = VirtualClock::find(&state.elapsed)
            && let Some(due) = self.earliest()
        {
            self.ask();
            if !self.is_any_ready() {
                clock.advance(due);
                self.time_has_come(due);
            }
        } else {
            state.memory.plan_records(self.results);
            for index in raw::poll(&self.handles) {
                if let Some(awaited) = self.list.get_mut(*index as usize) {
                    awaited.ready = true;
                }
            }
        }
    }

    fn is_any_ready(&self) -> bool {
        self.list.iter().any(|awaited| awaited.ready)
    }

    /// Asks the host what is ready.
    fn ask(&mut self) {
        for (awaited, handle) in self.list.iter_mut().zip(self.handles.iter()).filter(|(_, handle)| **handle != 0) {
            // SAFETY: a handle that is ours, and here only lent.
            let pollable = unsafe { Pollable::from_handle(*handle) };
            awaited.ready = pollable.ready();
            pollable.take_handle();
        }
    }

    /// The first of the component's own times that are waited for.
    #[cold]
    fn earliest(&self) -> Option<u64> {
        self.list.iter().filter(|awaited| awaited.kind == eventtype::CLOCK).map(|awaited| awaited.nbytes).min()
    }

    #[cold]
    fn time_has_come(&mut self, now: u64) {
        for awaited in self.list.iter_mut().filter(|awaited| awaited.kind == eventtype::CLOCK && awaited.nbytes <= now)
        {
            awaited.ready = true;
            awaited.nbytes = 0;
        }
    }
}

impl Drop for AllAwaited {
    fn drop(&mut self) {
        for handle in self.handles.iter().filter(|handle| **handle != 0) {
            // SAFETY: a handle that is ours, from here on nobody's.
            drop(unsafe { Pollable::from_handle(*handle) });
        }
    }
}
