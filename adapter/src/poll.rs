//! Waiting.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `poll_oneoff` | a pollable per clock and standard stream (`subscribe*`), then one `poll`, or `ready` of each when something is ready already |
//! | `adapter_subscribe` | `subscribe` of a standard stream |
//!
//! Files are always ready, and so is an error: it is the event of its own subscription and leaves the others alone.
//! Each subscription's event is made in advance at its own index; those that came about then move together.
#![allow(unsafe_code)]

use crate::bindings::wasi::clocks::monotonic_clock::{subscribe_duration, subscribe_instant};
use crate::bindings::wasi::io::poll::Pollable;
use crate::clock::{Clock, realtime};
use crate::descriptor::Open;
use crate::entry::entry;
use crate::errno::{Errno, Result};
use crate::fd::get;
use crate::guest::{Buffer, Ptr};
use crate::snapshot::Subscriptions;
use crate::state::state;
use crate::types::{Event, Fd, Subscription, eventtype, flags};
use crate::{preopens, raw};

entry! {
    fn poll_oneoff(subscriptions: Ptr<Subscription>, events: Ptr<Event>, count: u32, result: Ptr<u32>) {
        if count == 0 {
            return Err(Errno::INVAL);
        }
        let subscriptions = Subscriptions::check(subscriptions, count)?;
        let (events, result) = (events.array(count)?, result.check()?);
        let mut pollables = Pollables::new(count as usize)?;
        for index in 0..count {
            let subscription = subscriptions.get(index);
            let (error, nbytes) = match wait(&subscription)? {
                Wait::For(pollable) => {
                    pollables.push(pollable);
                    (Errno::SUCCESS, u64::from(subscription.tag != eventtype::CLOCK))
                }
                Wait::Over(outcome) => {
                    pollables.push_ready();
                    outcome.map_or_else(|errno| (errno, 0), |nbytes| (Errno::SUCCESS, nbytes))
                }
            };
            let Subscription { userdata, tag: kind, .. } = subscription;
            events.set(index, Event { userdata, error, kind, nbytes, flags: 0 });
        }
        pollables.wait();
        let mut nevents = 0;
        for index in (0..count).filter(|index| pollables.is_ready(*index as usize)) {
            events.set(nevents, events.get(index));
            nevents += 1;
        }
        result.set(nevents);
        Ok(())
    }

    /// The pollable for an event of one descriptor, for a C library that waits for descriptors of its own as well. It is
    /// the caller's; 0 stands for what is always ready.
    fn adapter_subscribe(fd: Fd, kind: u32, result: Ptr<u32>) {
        let result = result.check()?;
        let wait = match u8::try_from(kind) {
            Ok(eventtype::FD_READ) => wait_for_input(fd),
            Ok(eventtype::FD_WRITE) => wait_for_output(fd),
            _ => return Err(Errno::INVAL),
        };
        result.set(match wait {
            Wait::For(pollable) => pollable.take_handle(),
            Wait::Over(outcome) => outcome.map(|_| 0)?,
        });
        Ok(())
    }
}

/// What a subscription waits for.
enum Wait {
    For(Pollable),
    /// Nothing: it is ready with so many bytes, or fails.
    Over(Result<u64>),
}

impl Wait {
    fn on(pollable: Result<Pollable>) -> Self {
        pollable.map_or_else(|errno| Self::Over(Err(errno)), Self::For)
    }
}

/// What cannot be understood fails the whole call.
fn wait(subscription: &Subscription) -> Result<Wait> {
    Ok(match subscription.tag {
        eventtype::CLOCK => wait_for_time(subscription)?,
        eventtype::FD_READ => wait_for_input(Fd(subscription.id)),
        eventtype::FD_WRITE => wait_for_output(Fd(subscription.id)),
        _ => return Err(Errno::INVAL),
    })
}

fn wait_for_time(subscription: &Subscription) -> Result<Wait> {
    let (clock, time) = (Clock::new(subscription.id)?, subscription.timeout);
    let absolute = flags(subscription.flags, 1)? != 0;
    Ok(match clock {
        // How long something takes, all clocks agree on.
        _ if !absolute => Wait::For(subscribe_duration(time)),
        Clock::Monotonic => Wait::For(subscribe_instant(time)),
        Clock::Realtime => match time.checked_sub(realtime()?) {
            Some(left) if left > 0 => Wait::For(subscribe_duration(left)),
            _ => Wait::Over(Ok(0)),
        },
        Clock::Cpu => return Err(Errno::INVAL),
    })
}

fn wait_for_input(fd: Fd) -> Wait {
    match get(fd).and_then(|descriptor| descriptor.open()) {
        Ok(Open::Input(input)) => Wait::For(input.stream().subscribe()),
        Ok(Open::Output(_)) => Wait::Over(Err(Errno::BADF)),
        Ok(Open::File(file)) if file.is_sequential() == Ok(true) => {
            Wait::on(file.input(|stream| Ok(stream.subscribe())))
        }
        // At the end of the file there is still something to read: that this is the end.
        Ok(Open::File(file)) => {
            Wait::Over(file.stat().map(|stat| stat.size.saturating_sub(file.position.get()).max(1)))
        }
        Err(errno) => Wait::Over(Err(errno)),
    }
}

fn wait_for_output(fd: Fd) -> Wait {
    match get(fd).and_then(|descriptor| descriptor.open()) {
        Ok(Open::Input(_)) => Wait::Over(Err(Errno::BADF)),
        Ok(Open::Output(output)) => Wait::For(output.stream().subscribe()),
        // One that is open for reading, too, keeps only the stream for that.
        Ok(Open::File(file)) if file.is_sequential() == Ok(true) && file.readable().is_err() => {
            Wait::on(file.append(|stream| Ok(stream.subscribe())))
        }
        Ok(Open::File(_)) => Wait::Over(Ok(1)),
        Err(errno) => Wait::Over(Err(errno)),
    }
}

/// The pollable of each subscription, owned, in scratch space. Ready ones are marked.
struct Pollables {
    /// Room for handles and, behind them, for the indices of those that are ready.
    space: Buffer,
    capacity: usize,
    len: usize,
    any_ready: bool,
}

impl Pollables {
    /// The mark. Handles stay far below it.
    const READY: u32 = 1 << 31;

    fn new(capacity: usize) -> Result<Self> {
        // Looking a descriptor up must not want scratch space after this has taken it.
        preopens::load();
        let space = state().memory.scratch(capacity.checked_mul(8).ok_or(Errno::NOMEM)?)?;
        Ok(Self { space, capacity, len: 0, any_ready: false })
    }

    fn entry(&self, index: usize) -> *mut u32 {
        debug_assert!(index < self.capacity);
        self.space.start.cast::<u32>().wrapping_add(index)
    }

    fn push_entry(&mut self, entry: u32) {
        // SAFETY: callers push at most `capacity` entries.
        unsafe { self.entry(self.len).write(entry) };
        self.len += 1;
    }

    fn push(&mut self, pollable: Pollable) {
        self.push_entry(pollable.take_handle());
    }

    fn push_ready(&mut self) {
        self.push_entry(Self::READY);
        self.any_ready = true;
    }

    fn is_ready(&self, index: usize) -> bool {
        // SAFETY: callers stay below `len`.
        unsafe { self.entry(index).read() & Self::READY != 0 }
    }

    fn mark(&self, index: usize) {
        // SAFETY: as above.
        unsafe { *self.entry(index) |= Self::READY }
    }

    /// Waits until at least one is ready, and marks all that are.
    fn wait(&self) {
        if self.any_ready {
            for index in (0..self.len).filter(|index| !self.is_ready(*index)) {
                // SAFETY: an entry without the mark is a handle, and here only lent.
                let pollable = unsafe { Pollable::from_handle(self.entry(index).read()) };
                let ready = pollable.ready();
                pollable.take_handle();
                if ready {
                    self.mark(index);
                }
            }
        } else {
            let results = self.space.part(self.capacity * 4, self.capacity * 4);
            for index in raw::poll(self.space, self.len, results) {
                self.mark(*index as usize);
            }
        }
    }
}

impl Drop for Pollables {
    fn drop(&mut self) {
        for index in 0..self.len {
            // SAFETY: below `len`; what is left without the mark is a handle that is ours, or nothing.
            let handle = unsafe { self.entry(index).read() } & !Self::READY;
            if handle != 0 {
                // SAFETY: as above.
                drop(unsafe { Pollable::from_handle(handle) });
            }
        }
    }
}
