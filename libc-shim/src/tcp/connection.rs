//! The two streams of a connection.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use crate::bindings::wasi::io::poll::Pollable;
use crate::bindings::wasi::io::streams::{InputStream, OutputStream, StreamError};
use crate::c::{self, Iovec};
use crate::description::{How, events, flags};
use crate::errno::{Errno, Result};
use crate::{runtime, wait};

/// How much is asked of the host at once.
const PIECE: usize = 1 << 16;

/// How much is read ahead to learn whether it is data, the end or an error that is there.
const AHEAD: usize = 1 << 14;

/// An error that is still to be told.
type Pending = Cell<Option<Errno>>;

pub struct Connection {
    input: InputStream,
    output: OutputStream,
    /// What has been read from the host and not by the program.
    ahead: RefCell<VecDeque<u8>>,
    /// Nothing more comes from the host.
    no_input: Cell<bool>,
    /// Nothing more can be sent.
    no_output: Cell<bool>,
    /// It ended by an error.
    failed: Cell<bool>,
}

impl Connection {
    pub fn new(input: InputStream, output: OutputStream) -> Self {
        let [no_input, no_output, failed] = [(); 3].map(|()| Cell::new(false));
        Self { input, output, ahead: RefCell::default(), no_input, no_output, failed }
    }

    /// Ends a direction. What has come can still be read, though not from the host.
    pub fn end(&self, how: How) -> Result {
        if self.failed.get() {
            return Err(Errno::NOTCONN);
        }
        if how != How::Send {
            self.look_ahead(usize::MAX)?;
            self.no_input.set(true);
        }
        if how != How::Receive {
            self.no_output.set(true);
        }
        Ok(())
    }

    pub fn has_failed(&self) -> bool {
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

    /// What is there, nothing at the end; none if there may be something later. It waits for a moment if it may.
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

    pub fn receive(&self, buffers: &[Iovec], flags: i32, patience: Option<u64>, pending: &Pending) -> Result<usize> {
        let wanted = c::total(buffers);
        let enough = if flags & flags::WAITALL != 0 { wanted.max(1) } else { 1 };
        let subscribe = || self.input.subscribe();
        // To receive nothing is to wait until there is something.
        if flags & flags::PEEK != 0 || wanted == 0 {
            let outcome = wait::until(patience, subscribe, || {
                self.look_ahead(wanted.max(1))?;
                Ok((self.ahead.borrow().len() >= enough || self.no_input.get()).then_some(()))
            });
            let len = self.ahead.borrow().len().min(wanted);
            return partial(len, outcome, pending).and_then(|_| self.copy(buffers));
        }
        // A stream forgets what is received with `MSG_TRUNC`.
        let put = |offset: usize, bytes: &[u8]| match flags & flags::TRUNC {
            0 => c::scatter(buffers, offset, bytes),
            _ => Ok(bytes.len().min(wanted - offset)),
        };
        let mut len = 0;
        let outcome = wait::until(patience, subscribe, || {
            len += self.take(|bytes| put(len, bytes))?;
            while len < wanted {
                let pull = || self.pull(wanted - len, patience.is_none() && len < enough);
                let pulled = match c::last(buffers, len)? {
                    Some(buffer) if flags & flags::TRUNC == 0 => runtime::receive(buffer, pull)?,
                    _ => pull()?.map(|bytes| put(len, &bytes)).transpose()?,
                };
                let Some(count) = pulled else { return Ok((len >= enough).then_some(())) };
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
        let Some(bytes) = self.pull(AHEAD, false)? else { return Ok(false) };
        let mut ahead = self.ahead.borrow_mut();
        ahead.try_reserve(bytes.len()).map_err(|_| Errno::NOMEM)?;
        ahead.extend(&bytes);
        Ok(!bytes.is_empty())
    }

    pub fn send(&self, buffers: &[Iovec], patience: Option<u64>, pending: &Pending) -> Result<usize> {
        let wanted = c::total(buffers);
        let mut len = 0;
        let outcome = wait::until(
            patience,
            || self.output.subscribe(),
            || {
                while len < wanted {
                    let room = self.room()?;
                    if room == 0 {
                        return Ok(None);
                    }
                    let bytes = c::gather(buffers, len, room.min(PIECE))?;
                    self.output.write(&bytes).map_err(|error| self.cannot_send(&error))?;
                    len += bytes.len();
                }
                Ok(Some(()))
            },
        );
        partial(len, outcome, pending)
    }

    /// How much the host takes now.
    fn room(&self) -> Result<usize> {
        if self.no_output.get() {
            return Err(Errno::PIPE);
        }
        match self.output.check_write() {
            Ok(room) => Ok(room.try_into().unwrap_or(PIECE)),
            Err(error) => Err(self.cannot_send(&error)),
        }
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

    /// How many bytes have come.
    pub fn readable(&self) -> Result<usize> {
        self.look_ahead(usize::MAX)?;
        Ok(self.ahead.borrow().len())
    }

    pub fn ready(&self, wanted: i16, pending: &Pending) -> i16 {
        // Who does not want to read still wants to know that the connection has ended.
        let enough = if wanted & events::IN != 0 { 1 } else { AHEAD };
        if let Err(errno) = self.look_ahead(enough) {
            pending.set(Some(errno));
        }
        let mut found = 0;
        if !self.ahead.borrow().is_empty() || self.no_input.get() {
            found |= wanted & events::IN;
        }
        if wanted & events::OUT != 0 {
            match self.room() {
                Ok(0) => {}
                Ok(_) | Err(Errno::PIPE) => found |= events::OUT,
                Err(errno) => pending.set(Some(errno)),
            }
        }
        if self.no_input.get() && self.no_output.get() {
            found |= events::HUP;
        }
        found
    }

    pub fn subscribe(&self, wanted: i16, pollables: &mut Vec<Pollable>) {
        if wanted & events::OUT != 0 {
            pollables.push(self.output.subscribe());
        }
        if self.ahead.borrow().len() < AHEAD && !self.no_input.get() {
            pollables.push(self.input.subscribe());
        }
    }

    pub fn flush(&self) {
        self.output.subscribe().block();
    }

    pub fn is_flushed(&self) -> bool {
        self.output.subscribe().ready()
    }
}

/// What a call returns that has moved `len` bytes: those, if there are any, and what went wrong is for the next call.
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
