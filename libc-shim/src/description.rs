//! What every kind of description can do. The functions of C look a number up and call one of these.
//!
//! A program reaches a kind through the function that makes it, and only through that: a kind that the program never
//! makes, and what it imports, is left out by the linker.

use core::cell::Cell;
use core::net::SocketAddr;

use alloc::vec::Vec;

use crate::address::Family;
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
    Stream,
    Datagram,
}

/// Which directions of a connection end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum How {
    Receive,
    Send,
    Both,
}

/// What came.
pub struct Received {
    /// How many bytes are in the buffers.
    pub len: usize,
    /// How many there were, if it was a datagram.
    pub whole: usize,
    pub from: Option<SocketAddr>,
}

/// What all kinds of sockets have.
pub struct Common {
    pub family: Family,
    pub nonblocking: Cell<bool>,
    /// What went wrong when no call could say so; the next call or `SO_ERROR` does.
    pub error: Cell<Option<Errno>>,
    pub remembered: Remembered,
}

impl Common {
    pub fn new(family: Family, nonblocking: bool) -> Self {
        Self { family, nonblocking: nonblocking.into(), error: Cell::new(None), remembered: Remembered::default() }
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

    fn bind(&self, address: SocketAddr) -> Result;
    /// Without an address it ends what binds it to one peer.
    fn connect(&self, address: Option<SocketAddr>) -> Result;
    fn listen(&self, backlog: u64) -> Result;
    fn accept(&self, nonblocking: bool) -> Result<(Shared, SocketAddr)>;
    fn local(&self) -> Result<SocketAddr>;
    fn remote(&self) -> Result<SocketAddr>;
    fn shutdown(&self, how: How) -> Result;

    fn receive(&self, buffers: &[Iovec], flags: i32) -> Result<Received>;
    fn send(&self, buffers: &[Iovec], flags: i32, to: Option<SocketAddr>) -> Result<usize>;

    /// How many bytes are known to be there.
    fn readable(&self) -> usize;
    /// Which of `wanted` are there, and `ERR` and `HUP`.
    fn ready(&self, wanted: i16) -> i16;
    /// What to wait for until [`Description::ready`] can say something else.
    fn subscribe(&self, wanted: i16, pollables: &mut Vec<Pollable>);

    /// Completes what is under way, if it can without waiting.
    fn settle(&self) {}
    fn get_option(&self, name: Name) -> Result<i32>;
    fn set_option(&self, name: Name, value: i32) -> Result;

    /// The last number is gone. A blocking socket waits until what was sent is with the host, as the call that sent it would.
    fn finish(&self) {}
    /// Whether nothing sent is left to send.
    fn is_finished(&self) -> bool {
        true
    }
}
