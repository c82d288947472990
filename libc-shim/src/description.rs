//! The operations of descriptions. The functions of C look a number up and call one of these.
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
use crate::options::{OptionName, Remembered};
use crate::table::Shared;

/// Events of `poll`, as C numbers them.
pub mod pollfd {
    pub const POLLIN: i16 = 1;
    pub const POLLOUT: i16 = 2;
    pub const POLLERR: i16 = 0x1000;
    pub const POLLHUP: i16 = 0x2000;
    pub const POLLNVAL: i16 = 0x4000;
}

/// Flags of `send` and `recv`.
pub mod flags {
    pub const MSG_PEEK: i32 = 2;
    pub const MSG_TRUNC: i32 = 0x20;
    pub const MSG_DONTWAIT: i32 = 0x40;
    pub const MSG_WAITALL: i32 = 0x100;
    pub const MSG_NOSIGNAL: i32 = 0x4000;
}

/// Types of sockets.
pub const SOCK_DGRAM: i32 = 5;
pub const SOCK_STREAM: i32 = 6;

/// File types in `st_mode`.
pub const S_IFIFO: u32 = 0x1000;
pub const S_IFSOCK: u32 = 0xc000;

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
        if self.is_socket() { S_IFSOCK } else { S_IFIFO }
    }
}

/// The directions of a description.
#[derive(Clone, Copy)]
pub struct Access {
    pub read: bool,
    pub write: bool,
}

/// The directions that `shutdown` ends.
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
    pub fn events(self, events: i16) -> i16 {
        let end = if self.receive { events & pollfd::POLLIN } else { 0 };
        end | if self.receive && self.send { pollfd::POLLHUP } else { 0 }
    }
}

/// The result of receiving.
#[derive(Clone, Copy)]
pub struct Received {
    /// The number of bytes in the buffers.
    pub len: usize,
    /// The length of the datagram, if it was one.
    pub whole: usize,
    pub from: Option<SocketAddr>,
}

impl Received {
    /// From a stream.
    pub fn part(len: usize) -> Self {
        Self { len, whole: len, from: None }
    }
}

/// The state that all kinds have.
pub struct Common {
    pub nonblocking: Cell<bool>,
    /// An error that no call has reported yet; the next call or `SO_ERROR` does.
    pub error: Cell<Option<Errno>>,
    pub remembered: Remembered,
}

impl Common {
    pub fn new(nonblocking: bool) -> Self {
        Self { nonblocking: nonblocking.into(), error: Cell::new(None), remembered: Remembered::default() }
    }

    /// The initial state of a connection that came to a listener with this state.
    pub fn inherited(&self, nonblocking: bool) -> Self {
        Self { remembered: self.remembered.clone(), ..Self::new(nonblocking) }
    }

    /// The pending error, which is over when it has been told.
    pub fn take_error(&self) -> Result {
        self.error.take().map_or(Ok(()), Err)
    }

    /// The time that a call with these flags may wait, in nanoseconds; none is forever.
    pub fn timeout(&self, flags: i32, option: &Cell<u64>) -> Option<u64> {
        if self.nonblocking.get() || flags & flags::MSG_DONTWAIT != 0 {
            return Some(0);
        }
        Some(option.get()).filter(|timeout| *timeout > 0)
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

    /// The number of bytes that can be read without waiting; of the next datagram, for a kind with datagrams.
    fn readable(&self) -> Result<usize>;
    /// The `revents` for `events`: those that have come, `POLLERR` and `POLLHUP`.
    fn ready(&self, events: i16) -> i16;
    /// Adds the pollables to wait for before [`Description::ready`] can change.
    fn subscribe(&self, events: i16, pollables: &mut Vec<Pollable>) -> Result;

    /// Completes what is under way, if it can without waiting.
    fn settle(&self) {}
    fn get_option(&self, name: OptionName) -> Result<i32>;
    fn set_option(&self, name: OptionName, value: i32) -> Result;

    /// Waits until all that was sent is with the host's system, or for the deadline.
    fn flush(&self, _deadline: u64) {}
    /// A number has let go of it; whatever holds it last, lets go of what it holds.
    fn close(self: Rc<Self>) {}
}
