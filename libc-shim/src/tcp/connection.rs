//! The two streams of a connection.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use crate::bindings::wasi::io::poll::Pollable;
use crate::bindings::wasi::io::streams::{InputStream, OutputStream, StreamError};
use crate::c::{self, Iovec};
use crate::description::{How, events, flags};
use crate::errno::{Errno, Result};
use crate::wait;

/// How much is asked of the host at once.
const PIECE: usize = 1 << 16;

/// How much `poll` reads ahead, to learn whether it is data, the end or an error that is there.
const AHEAD: usize = 1 << 14;

/// An error that is still to be told.
type Pending = Cell<Option<Errno>>;

pub struct Connection {
    input: InputStream,
    output: OutputStream,
    /// What has been read from the host and not by the program.
    ahead: RefCell<VecDeque<u8>>,
    /// Nothing more comes.
    no_input: Cell<bool>,
    /// Nothing more can be sent.
    no_output: Cell<bool>,
}

impl Connection {
    pub fn new(input: InputStream, output: OutputStream) -> Self {
        let (no_input, no_output) = (Cell::new(false), Cell::new(false));
        Self { input, output, ahead: RefCell::default(), no_input, no_output }
    }

    pub fn end(&self, how: How) {
        if how != How::Send {
            self.no_input.set(true);
        }
        if how != How::Receive {
            self.no_output.set(true);
        }
    }

    /// What is there, nothing at the end; none if there may be something later.
    fn pull(&self, max: usize) -> Result<Option<Vec<u8>>> {
        if self.no_input.get() {
            return Ok(Some(Vec::new()));
        }
        match self.input.read(max.min(PIECE) as u64) {
            Ok(bytes) if bytes.is_empty() => Ok(None),
            Ok(bytes) => Ok(Some(bytes)),
            Err(StreamError::Closed) => {
                self.no_input.set(true);
                Ok(Some(Vec::new()))
            }
            // WASI does not say which error; what ends a connection early is a reset.
            Err(StreamError::LastOperationFailed(_)) => {
                self.end(How::Both);
                Err(Errno::CONNRESET)
            }
        }
    }

    pub fn receive(&self, buffers: &[Iovec], flags: i32, patience: Option<u64>, pending: &Pending) -> Result<usize> {
        let wanted = c::total(buffers);
        if wanted == 0 {
            return Ok(0);
        }
        let enough = if flags & flags::WAITALL != 0 { wanted } else { 1 };
        let subscribe = || self.input.subscribe();
        if flags & flags::PEEK != 0 {
            let outcome = wait::until(patience, subscribe, || self.look_ahead(enough, wanted));
            let len = self.readable().min(wanted);
            return partial(len, outcome, pending).and_then(|_| self.copy(buffers));
        }
        let mut len = 0;
        let outcome = wait::until(patience, subscribe, || {
            len += self.take(buffers, len)?;
            while len < wanted {
                let Some(bytes) = self.pull(wanted - len)? else { return Ok((len >= enough).then_some(())) };
                if bytes.is_empty() {
                    break;
                }
                len += c::scatter(buffers, len, &bytes)?;
                if len >= enough {
                    break;
                }
            }
            Ok(Some(()))
        });
        partial(len, outcome, pending)
    }

    /// Moves what was read ahead into the buffers.
    fn take(&self, buffers: &[Iovec], offset: usize) -> Result<usize> {
        let mut ahead = self.ahead.borrow_mut();
        let len = c::scatter(buffers, offset, ahead.make_contiguous())?;
        ahead.drain(..len);
        Ok(len)
    }

    /// Copies it.
    fn copy(&self, buffers: &[Iovec]) -> Result<usize> {
        c::scatter(buffers, 0, self.ahead.borrow_mut().make_contiguous())
    }

    /// Reads ahead until `enough` is there, or the end.
    fn look_ahead(&self, enough: usize, max: usize) -> Result<Option<()>> {
        let mut ahead = self.ahead.borrow_mut();
        while ahead.len() < enough {
            let Some(bytes) = self.pull(max - ahead.len())? else { return Ok(None) };
            if bytes.is_empty() {
                break;
            }
            ahead.try_reserve(bytes.len()).map_err(|_| Errno::NOMEM)?;
            ahead.extend(bytes);
        }
        Ok(Some(()))
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
        self.no_output.set(true);
        match error {
            StreamError::Closed => Errno::PIPE,
            StreamError::LastOperationFailed(_) => Errno::CONNRESET,
        }
    }

    pub fn readable(&self) -> usize {
        self.ahead.borrow().len()
    }

    pub fn ready(&self, wanted: i16, pending: &Pending) -> i16 {
        if let Err(errno) = self.look_ahead(1, AHEAD) {
            pending.set(Some(errno));
        }
        let mut found = 0;
        if self.readable() > 0 || self.no_input.get() {
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
        // That the peer hangs up is always of interest, but only until it is known.
        if self.readable() == 0 && !self.no_input.get() {
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
