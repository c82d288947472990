//! The two streams of a connection.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use crate::bindings::wasi::io::poll::Pollable;
use crate::bindings::wasi::io::streams::{InputStream, OutputStream, StreamError};
use crate::c::{self, Iovec};
use crate::description::{Ended, flags, pollfd};
use crate::errno::{Errno, Result};
use crate::{runtime, wait};

/// The most bytes of one call of the host.
const PIECE: usize = 1 << 16;

/// The number of bytes that are read ahead to tell data, the end and an error apart.
const AHEAD: usize = 1 << 14;

/// The most bytes that are ever read ahead: Linux' receive buffer.
const MOST: usize = 1 << 17;

/// An error that is still to be told.
type Pending = Cell<Option<Errno>>;

pub struct Connection {
    input: InputStream,
    output: OutputStream,
    /// Bytes that were read from the host, and not yet by the program.
    ahead: RefCell<VecDeque<u8>>,
    /// The host has said that it takes so much.
    room: Cell<usize>,
    /// Nothing more comes from the host.
    no_input: Cell<bool>,
    /// The host takes no more.
    no_output: Cell<bool>,
    /// It ended by an error.
    failed: Cell<bool>,
}

impl Connection {
    pub fn new(input: InputStream, output: OutputStream) -> Self {
        let [no_input, no_output, failed] = [(); 3].map(|()| Cell::new(false));
        Self { input, output, ahead: RefCell::default(), room: Cell::new(0), no_input, no_output, failed }
    }

    /// It has failed, or both sides have said all.
    pub fn is_over(&self, ended: Ended) -> bool {
        if ended.send || self.no_output.get() {
            // An error is found once more by who has to tell of it.
            let _ = self.look_ahead(1);
            return self.failed.get() || self.no_input.get();
        }
        self.failed.get()
    }

    /// The connection is lost. WASI does not say why; what ends a connection early is a reset.
    fn fail(&self, error: &StreamError) -> Errno {
        self.failed.set(true);
        self.no_input.set(true);
        self.no_output.set(true);
        match error {
            StreamError::LastOperationFailed(_) => Errno::CONNRESET,
            StreamError::Closed => Errno::PIPE,
        }
    }

    /// Reads what has come; an empty list at the end, none if there may be something later. With `wait`, the host waits.
    fn pull(&self, max: usize, wait: bool) -> Result<Option<Vec<u8>>> {
        if self.no_input.get() {
            return Ok(Some(Vec::new()));
        }
        let max = max.min(PIECE) as u64;
        match if wait { self.input.blocking_read(max) } else { self.input.read(max) } {
            Ok(bytes) if bytes.is_empty() => Ok(None),
            Ok(bytes) => Ok(Some(bytes)),
            Err(StreamError::Closed) => {
                self.no_input.set(true);
                Ok(Some(Vec::new()))
            }
            Err(error) => Err(self.fail(&error)),
        }
    }

    /// The same by a list of ours.
    fn pull_by<T>(&self, max: usize, wait: bool, work: impl FnOnce(&[u8]) -> Result<T>) -> Result<Option<T>> {
        let mut bytes = runtime::zeros(max.min(PIECE))?;
        let Some(len) = runtime::receive(&mut bytes, || self.pull(max, wait))? else { return Ok(None) };
        work(&bytes[..len]).map(Some)
    }

    /// After the `end` that the program has asked for, nothing is waited for.
    pub fn receive(
        &self,
        buffers: &[Iovec],
        flags: i32,
        timeout: Option<u64>,
        end: bool,
        pending: &Pending,
    ) -> Result<usize> {
        let wanted = c::total(buffers);
        let enough = if flags & flags::MSG_WAITALL != 0 { wanted.max(1) } else { 1 };
        let subscribe = || self.input.subscribe();
        // To receive nothing is to wait until there is something.
        if flags & flags::MSG_PEEK != 0 || wanted == 0 {
            let (wanted, enough) = (wanted.clamp(1, MOST), enough.min(MOST));
            let outcome = wait::until(timeout, subscribe, || {
                self.look_ahead(wanted)?;
                Ok((self.ahead.borrow().len() >= enough || self.no_input.get() || end).then_some(()))
            });
            let len = self.ahead.borrow().len().min(c::total(buffers));
            return partial(len, outcome, pending).and_then(|_| self.copy(buffers));
        }
        // A stream forgets what is received with `MSG_TRUNC`.
        let put = |offset: usize, bytes: &[u8]| match flags & flags::MSG_TRUNC {
            0 => c::scatter(buffers, offset, bytes),
            _ => Ok(bytes.len().min(wanted - offset)),
        };
        let mut len = 0;
        let outcome = wait::until(timeout, subscribe, || {
            len += self.take(|bytes| put(len, bytes))?;
            while len < wanted {
                let wait = timeout.is_none() && len < enough && !end;
                let pulled = match c::last(buffers, len)? {
                    Some(buffer) if flags & flags::MSG_TRUNC == 0 => {
                        runtime::receive(buffer, || self.pull(wanted - len, wait))?
                    }
                    _ => self.pull_by(wanted - len, wait, |bytes| put(len, bytes))?,
                };
                let Some(count) = pulled else { return Ok((len >= enough || end).then_some(())) };
                len += count;
                if count == 0 || len >= enough {
                    break;
                }
            }
            Ok(Some(()))
        });
        partial(len, outcome, pending)
    }

    /// Moves what was read ahead, as much of it as `put` takes.
    fn take(&self, put: impl FnOnce(&[u8]) -> Result<usize>) -> Result<usize> {
        let mut ahead = self.ahead.borrow_mut();
        if ahead.is_empty() {
            return Ok(0);
        }
        let len = put(ahead.make_contiguous())?;
        ahead.drain(..len);
        Ok(len)
    }

    /// Copies it.
    fn copy(&self, buffers: &[Iovec]) -> Result<usize> {
        c::scatter(buffers, 0, self.ahead.borrow_mut().make_contiguous())
    }

    /// Reads ahead what is there, until there are `max` bytes.
    fn look_ahead(&self, max: usize) -> Result {
        while self.ahead.borrow().len() < max && self.look_further()? {}
        Ok(())
    }

    /// Reads ahead once more. Whether there may be more.
    fn look_further(&self) -> Result<bool> {
        if self.no_input.get() {
            return Ok(false);
        }
        let mut ahead = self.ahead.borrow_mut();
        ahead.try_reserve(AHEAD).map_err(|_| Errno::NOMEM)?;
        let len = self.pull_by(AHEAD, false, |bytes| {
            ahead.extend(bytes);
            Ok(bytes.len())
        })?;
        Ok(len.is_some_and(|len| len > 0))
    }

    pub fn send(&self, buffers: &[Iovec], timeout: Option<u64>, pending: &Pending) -> Result<usize> {
        let wanted = c::total(buffers);
        let mut len = 0;
        let outcome = wait::until(
            timeout,
            || self.output.subscribe(),
            || {
                while len < wanted {
                    let room = self.room()?;
                    if room == 0 {
                        return Ok(None);
                    }
                    let bytes = c::gather(buffers, len, room.min(PIECE))?;
                    self.room.set(0);
                    self.output.write(&bytes).map_err(|error| self.cannot_send(&error))?;
                    len += bytes.len();
                }
                // As on Linux, a call that may wait does until the system has it all.
                Ok((wanted == 0 || timeout == Some(0) || self.room()? > 0).then_some(()))
            },
        );
        partial(len, outcome, pending)
    }

    /// The host takes so much now: something, if it has sent all that it was given.
    fn room(&self) -> Result<usize> {
        if self.no_output.get() {
            return Err(Errno::PIPE);
        }
        if self.room.get() == 0 {
            match self.output.check_write() {
                Ok(room) => self.room.set(room.try_into().unwrap_or(PIECE)),
                Err(error) => return Err(self.cannot_send(&error)),
            }
        }
        Ok(self.room.get())
    }

    fn cannot_send(&self, error: &StreamError) -> Errno {
        match error {
            StreamError::Closed => {
                self.no_output.set(true);
                Errno::PIPE
            }
            StreamError::LastOperationFailed(_) => self.fail(error),
        }
    }

    /// The number of bytes that have come.
    pub fn readable(&self, pending: &Pending) -> usize {
        if let Err(errno) = self.look_ahead(MOST) {
            pending.set(Some(errno));
        }
        self.ahead.borrow().len()
    }

    pub fn ready(&self, events: i16, ended: Ended, pending: &Pending) -> i16 {
        // A caller that does not read is told of the end, too.
        let enough = if events & pollfd::POLLIN != 0 { 1 } else { AHEAD };
        if let Err(errno) = self.look_ahead(enough) {
            pending.set(Some(errno));
        }
        let mut revents = 0;
        if !self.ahead.borrow().is_empty() || self.no_input.get() {
            revents |= events & pollfd::POLLIN;
        }
        if events & pollfd::POLLOUT != 0 {
            match self.room() {
                Ok(0) if !ended.send => {}
                Ok(_) | Err(Errno::PIPE) => revents |= pollfd::POLLOUT,
                Err(errno) => pending.set(Some(errno)),
            }
        }
        if (self.no_input.get() || ended.receive) && (self.no_output.get() || ended.send) {
            revents |= pollfd::POLLHUP;
        }
        revents
    }

    pub fn subscribe(&self, events: i16, pollables: &mut Vec<Pollable>) -> Result {
        if events & pollfd::POLLOUT != 0 {
            runtime::push(pollables, self.output.subscribe())?;
        }
        if self.ahead.borrow().len() < AHEAD && !self.no_input.get() {
            runtime::push(pollables, self.input.subscribe())?;
        }
        Ok(())
    }

    /// Waits until all is sent, or for the deadline.
    pub fn flush(&self, deadline: u64) {
        let timeout = Some(wait::left(deadline));
        // Nobody can be told of the rest.
        let _ = wait::until(timeout, || self.output.subscribe(), || Ok(self.is_flushed().then_some(())));
    }

    /// The host has sent all that it was given, or cannot.
    pub fn is_flushed(&self) -> bool {
        self.room() != Ok(0)
    }
}

/// The result of a call that has moved `len` bytes: these, if there are any; an error is kept for the next call.
fn partial(len: usize, outcome: Result, pending: &Pending) -> Result<usize> {
    match outcome {
        Err(errno) if len == 0 => Err(errno),
        Err(Errno::AGAIN) | Ok(()) => Ok(len),
        Err(errno) => {
            pending.set(Some(errno));
            Ok(len)
        }
    }
}
