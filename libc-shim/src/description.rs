//! What every kind of description can do. The functions of C look a number up and call one of these.
//!
//! A program reaches a kind through the function that makes it, and only through that: a kind that the program never
//! makes, and what it imports, is left out by the linker.

use core::cell::Cell;
use core::net::SocketAddr;

use alloc::rc::Rc;
use alloc::vec::Vec;

use crate::address::Address;
use crate::bindings::wasi::io::poll::Pollable;
use crate::c::Iovec;
use crate::errno::{Errno, Result};
use crate::options::{Name, Remembered};
use crate::table::Shared;

/// Events of `poll`.
pub mod events {
    pub const IN: i16 = 1;
    pub const OUT: i16 = 2;
    pub const ERR: i16 = 0x1000;
    pub const HUP: i16 = 0x2000;
    pub const NVAL: i16 = 0x4000;
}

/// Flags of `send` and `recv`.
pub mod flags {
    pub const PEEK: i32 = 2;
    pub const TRUNC: i32 = 0x20;
    pub const DONTWAIT: i32 = 0x40;
    pub const WAITALL: i32 = 0x100;
    pub const NOSIGNAL: i32 = 0x4000;
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A socket without boundaries.
    Stream,
    /// A socket that keeps them.
    Datagram,
    /// An end of a pipe, which is no socket.
    Pipe,
}

impl Kind {
    pub fn is_socket(self) -> bool {
        self != Self::Pipe
    }

    /// `st_mode`
    pub fn mode(self) -> u32 {
        if self.is_socket() { 0xc000 } else { 0x1000 }
    }
}

/// Which directions there are.
#[derive(Clone, Copy)]
pub struct Access {
    pub read: bool,
    pub write: bool,
}

/// Which directions of a connection end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum How {
    Receive,
    Send,
    Both,
}

impl How {
    pub fn receives(self) -> bool {
        self != Self::Send
    }

    pub fn sends(self) -> bool {
        self != Self::Receive
    }
}

/// The directions that the program has ended by `shutdown`, also of what is not connected, or the system, after a connect
/// that has failed.
#[derive(Clone, Copy, Default)]
pub struct Ended {
    pub receive: bool,
    pub send: bool,
}

impl Ended {
    pub const BOTH: Self = Self { receive: true, send: true };

    pub fn and(self, how: How) -> Self {
        Self { receive: self.receive || how.receives(), send: self.send || how.sends() }
    }

    /// The events that `poll` finds for it.
    pub fn events(self, wanted: i16) -> i16 {
        let end = if self.receive { wanted & events::IN } else { 0 };
        end | if self.receive && self.send { events::HUP } else { 0 }
    }
}

/// What came.
#[derive(Clone, Copy)]
pub struct Received {
    /// How many bytes are in the buffers.
    pub len: usize,
    /// How many there were, if it was a datagram.
    pub whole: usize,
    pub from: Option<SocketAddr>,
}

impl Received {
    /// From a stream.
    pub fn part(len: usize) -> Self {
        Self { len, whole: len, from: None }
    }
}

/// What all kinds have.
pub struct Common {
    pub nonblocking: Cell<bool>,
    /// What went wrong when no call could say so; the next call or `SO_ERROR` does.
    pub error: Cell<Option<Errno>>,
    pub remembered: Remembered,
}

impl Common {
    pub fn new(nonblocking: bool) -> Self {
        Self { nonblocking: nonblocking.into(), error: Cell::new(None), remembered: Remembered::default() }
    }

    /// What a connection begins with that came to a listener which has this.
    pub fn inherited(&self, nonblocking: bool) -> Self {
        Self { remembered: self.remembered.clone(), ..Self::new(nonblocking) }
    }

    /// The pending error, which is over when it has been told.
    pub fn take_error(&self) -> Result {
        self.error.take().map_or(Ok(()), Err)
    }

    /// How long a call with these flags may wait, in nanoseconds: forever if none.
    pub fn patience(&self, flags: i32, timeout: &Cell<u64>) -> Option<u64> {
        if self.nonblocking.get() || flags & flags::DONTWAIT != 0 {
            return Some(0);
        }
        Some(timeout.get()).filter(|timeout| *timeout > 0)
    }
}

pub trait Description {
    fn common(&self) -> &Common;
    fn kind(&self) -> Kind;
    /// `SO_DOMAIN` and `SO_PROTOCOL`.
    fn protocol(&self) -> (i32, i32);
    fn access(&self) -> Access {
        Access { read: true, write: true }
    }

    fn bind(&self, _: SocketAddr) -> Result {
        Err(Errno::INVAL)
    }
    /// Without an address it ends what binds it to one peer.
    fn connect(&self, _: Option<SocketAddr>) -> Result {
        Err(Errno::ISCONN)
    }
    fn listen(&self, _backlog: u64) -> Result {
        Err(Errno::NOTSUP)
    }
    fn accept(&self, _nonblocking: bool) -> Result<(Shared, SocketAddr)> {
        Err(Errno::NOTSUP)
    }
    fn local(&self) -> Result<Address>;
    fn remote(&self) -> Result<Address>;
    fn shutdown(&self, how: How) -> Result;

    fn receive(&self, buffers: &[Iovec], flags: i32) -> Result<Received>;
    fn send(&self, buffers: &[Iovec], flags: i32, to: Option<SocketAddr>) -> Result<usize>;

    /// How many bytes can be read without waiting; of a datagram, if that is what comes next.
    fn readable(&self) -> Result<usize>;
    /// Which of `wanted` are there, and `ERR` and `HUP`.
    fn ready(&self, wanted: i16) -> i16;
    /// What to wait for until [`Description::ready`] can say something else.
    fn subscribe(&self, wanted: i16, pollables: &mut Vec<Pollable>) -> Result;

    /// Completes what is under way, if it can without waiting.
    fn settle(&self) {}
    fn get_option(&self, name: Name) -> Result<i32>;
    fn set_option(&self, name: Name, value: i32) -> Result;

    /// Waits until all that was sent is with the host's system, or for the deadline.
    fn flush(&self, _deadline: u64) {}
    /// A number has let go of it; whatever holds it last, lets go of what it holds.
    fn close(self: Rc<Self>) {}
}
