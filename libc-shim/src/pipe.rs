//! Pipes and pairs of sockets, in memory.
//!
//! Both ends are in one program, which has one thread: who waits for the other end waits until its time is over, or for
//! good, as it would on Linux.

use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::net::SocketAddr;

use crate::address::{self, Address};
use crate::bindings::wasi::io::poll::Pollable;
use crate::c::{self, Iovec};
use crate::description::{Access, Common, Description, Ended, How, Kind, Received, flags, pollfd};
use crate::errno::{Errno, Result};
use crate::options::OptionName;
use crate::table::Shared;
use crate::{runtime, wait};

/// The capacity of a pipe or a stream in bytes, as on Linux.
const CAPACITY: usize = 1 << 16;
/// The most bytes that go into a pipe together (`PIPE_BUF`).
const ATOMIC: usize = 1 << 12;
/// The capacity of a queue of datagrams, in bytes and in datagrams.
const QUEUE: usize = 212_992;
const DATAGRAMS: usize = 512;

/// One direction.
#[derive(Default)]
struct Channel {
    content: RefCell<VecDeque<u8>>,
    /// The lengths of the datagrams in the content.
    lengths: RefCell<VecDeque<usize>>,
    no_reader: Cell<bool>,
    no_writer: Cell<bool>,
    /// The end that wrote has gone without reading what it was sent.
    reset: Cell<bool>,
    /// The end that read has gone.
    deserted: Cell<bool>,
}

/// One end.
struct End {
    incoming: Option<Rc<Channel>>,
    outgoing: Option<Rc<Channel>>,
    kind: Kind,
    ended: Cell<Ended>,
    /// It has sent a datagram to where nobody is any more.
    alone: Cell<bool>,
    common: Common,
}

/// Makes a pipe in memory.
///
/// Errors: `EMFILE`, `ENOMEM`, `EFAULT`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/pipe.html>
pub fn pipe(nonblocking: bool) -> Result<[Shared; 2]> {
    let channel = runtime::share(Channel::default())?;
    let end = |incoming, outgoing| End::share(incoming, outgoing, Kind::Pipe, nonblocking);
    Ok([end(Some(channel.clone()), None)?, end(None, Some(channel))?])
}

/// Two sockets, each the other's peer.
pub fn pair(kind: Kind, nonblocking: bool) -> Result<[Shared; 2]> {
    let (there, back) = (runtime::share(Channel::default())?, runtime::share(Channel::default())?);
    let end = |incoming, outgoing| End::share(Some(incoming), Some(outgoing), kind, nonblocking);
    Ok([end(there.clone(), back.clone())?, end(back, there)?])
}

impl Channel {
    fn len(&self) -> usize {
        self.content.borrow().len()
    }

    /// True if a reader finds nothing: no byte, and no datagram, which may be empty.
    fn is_empty(&self) -> bool {
        self.len() == 0 && self.lengths.borrow().is_empty()
    }

    /// The number of `wanted` bytes that fit now.
    fn room(&self, wanted: usize, kind: Kind) -> usize {
        match kind {
            Kind::Datagram if self.lengths.borrow().len() >= DATAGRAMS || self.len() + wanted > QUEUE => 0,
            Kind::Datagram => wanted.max(1),
            Kind::Pipe if wanted <= ATOMIC && self.len() + wanted > CAPACITY => 0,
            Kind::Pipe | Kind::Stream => CAPACITY - self.len(),
        }
    }

    fn put(&self, buffers: &[Iovec], offset: usize, len: usize, kind: Kind) -> Result {
        let bytes = c::gather(buffers, offset, len)?;
        let (mut content, mut lengths) = (self.content.borrow_mut(), self.lengths.borrow_mut());
        content.try_reserve(bytes.len()).map_err(|_| Errno::NOMEM)?;
        if kind == Kind::Datagram {
            lengths.try_reserve(1).map_err(|_| Errno::NOMEM)?;
            lengths.push_back(len);
        }
        content.extend(bytes.iter());
        Ok(())
    }

    /// Copies what comes first, up to `len` bytes, and drops what is `taken` of it.
    fn get(&self, buffers: &[Iovec], offset: usize, len: usize, taken: usize) -> Result<usize> {
        let mut content = self.content.borrow_mut();
        let copied = c::scatter(buffers, offset, &content.make_contiguous()[..len])?;
        content.drain(..taken);
        Ok(copied)
    }
}

impl End {
    fn share(
        incoming: Option<Rc<Channel>>,
        outgoing: Option<Rc<Channel>>,
        kind: Kind,
        nonblocking: bool,
    ) -> Result<Shared> {
        let (ended, alone, common) = (Cell::default(), Cell::new(false), Common::new(nonblocking));
        Ok(runtime::share(Self { incoming, outgoing, kind, ended, alone, common })?)
    }

    fn receive_datagram(&self, channel: &Channel, buffers: &[Iovec], peek: bool) -> Result<Option<Received>> {
        let Some(&whole) = channel.lengths.borrow().front() else { return Ok(None) };
        let len = channel.get(buffers, 0, whole, if peek { 0 } else { whole })?;
        if !peek {
            channel.lengths.borrow_mut().pop_front();
        }
        Ok(Some(Received { len, whole, from: None }))
    }

    fn receive_bytes(&self, channel: &Channel, buffers: &[Iovec], so_far: usize, peek: bool) -> Result<usize> {
        let len = channel.len().min(c::total(buffers) - so_far);
        channel.get(buffers, so_far, len, if peek { 0 } else { len })
    }

    /// Fails if no datagram can be sent: each is for itself, and only who sends learns of the other end.
    fn check_peer(&self, channel: &Channel) -> Result {
        match () {
            () if self.ended.get().send => Err(Errno::PIPE),
            () if self.alone.get() => Err(Errno::NOTCONN),
            () if channel.deserted.get() => {
                self.alone.set(true);
                Err(Errno::CONNREFUSED)
            }
            () if channel.no_reader.get() => Err(Errno::PIPE),
            () => Ok(()),
        }
    }

    /// Nothing comes any more, or goes.
    fn hung_up(&self) -> bool {
        if self.kind == Kind::Datagram {
            return self.ended.get().receive && self.ended.get().send;
        }
        let gone = |channel: &Option<Rc<Channel>>, what: fn(&Channel) -> bool| channel.as_deref().is_none_or(what);
        gone(&self.incoming, |channel| channel.no_writer.get())
            && gone(&self.outgoing, |channel| channel.no_reader.get())
    }
}

impl Description for End {
    fn common(&self) -> &Common {
        &self.common
    }

    fn kind(&self) -> Kind {
        self.kind
    }

    fn protocol(&self) -> (i32, i32) {
        (address::AF_UNIX, 0)
    }

    fn access(&self) -> Access {
        Access { read: self.incoming.is_some(), write: self.outgoing.is_some() }
    }

    fn listen(&self, _backlog: u64) -> Result {
        Err(if self.kind == Kind::Stream { Errno::INVAL } else { Errno::NOTSUP })
    }

    fn accept(&self, _nonblocking: bool) -> Result<(Shared, SocketAddr)> {
        Err(if self.kind == Kind::Stream { Errno::INVAL } else { Errno::NOTSUP })
    }

    fn local(&self) -> Result<Address> {
        Ok(Address::Unix)
    }

    fn remote(&self) -> Result<Address> {
        if self.alone.get() { Err(Errno::NOTCONN) } else { Ok(Address::Unix) }
    }

    /// Its peer stays, and has no address.
    fn connect(&self, address: Option<SocketAddr>) -> Result {
        if address.is_some() || self.kind != Kind::Datagram {
            return Err(Errno::INVAL);
        }
        self.alone.set(true);
        Ok(())
    }

    fn shutdown(&self, how: How) -> Result {
        self.ended.set(self.ended.get().and(how));
        let is_stream = self.kind == Kind::Stream;
        if let Some(incoming) = &self.incoming
            && how.receives()
        {
            incoming.no_reader.set(true);
            incoming.no_writer.set(is_stream);
        }
        if let Some(outgoing) = &self.outgoing
            && how.sends()
            && is_stream
        {
            outgoing.no_writer.set(true);
            // From now on, a send of this end fails.
            outgoing.no_reader.set(true);
        }
        Ok(())
    }

    fn receive(&self, buffers: &[Iovec], flags: i32) -> Result<Received> {
        let channel = self.incoming.as_deref().ok_or(Errno::BADF)?;
        let peek = flags & flags::MSG_PEEK != 0;
        let timeout = self.common.timeout(flags, &self.common.remembered.receive_timeout);
        let wanted = c::total(buffers);
        let enough = if flags & flags::MSG_WAITALL != 0 && !peek { wanted } else { wanted.min(1) };
        let mut len = 0;
        let outcome = wait::for_nobody(timeout, || {
            if self.kind == Kind::Datagram {
                // A call that does not wait is not told of the end.
                let end = (self.ended.get().receive && timeout != Some(0)).then(|| Received::part(0));
                return Ok(self.receive_datagram(channel, buffers, peek)?.or(end));
            }
            let was_empty = channel.is_empty();
            len += self.receive_bytes(channel, buffers, len, peek)?;
            if len < enough && channel.reset.take() {
                return Err(Errno::CONNRESET);
            }
            let over = channel.no_writer.get() || if enough == 0 { !was_empty } else { len >= enough };
            Ok(over.then(|| Received::part(len)))
        });
        match outcome {
            Err(Errno::AGAIN) if len > 0 => Ok(Received::part(len)),
            outcome => outcome,
        }
    }

    fn send(&self, buffers: &[Iovec], flags: i32, to: Option<SocketAddr>) -> Result<usize> {
        let channel = self.outgoing.as_deref().ok_or(Errno::BADF)?;
        if to.is_some() {
            return Err(Errno::ISCONN);
        }
        let wanted = c::total(buffers);
        if self.kind == Kind::Datagram && wanted > QUEUE {
            return Err(Errno::MSGSIZE);
        }
        let timeout = self.common.timeout(flags, &self.common.remembered.send_timeout);
        let mut len = 0;
        let outcome = wait::for_nobody(timeout, || {
            match self.kind {
                Kind::Datagram => self.check_peer(channel)?,
                _ if channel.no_reader.get() => return Err(Errno::PIPE),
                _ => {}
            }
            if wanted == 0 && self.kind != Kind::Datagram {
                return Ok(Some(()));
            }
            let room = channel.room(wanted - len, self.kind);
            if room == 0 {
                return Ok(None);
            }
            let part = room.min(wanted - len);
            channel.put(buffers, len, part, self.kind)?;
            len += part;
            Ok((len == wanted).then_some(()))
        });
        match outcome {
            Err(_) if len > 0 => Ok(len),
            outcome => outcome.map(|()| len),
        }
    }

    fn readable(&self) -> Result<usize> {
        let channel = self.incoming.as_deref().or(self.outgoing.as_deref()).ok_or(Errno::INVAL)?;
        Ok(channel.lengths.borrow().front().copied().unwrap_or_else(|| channel.len()))
    }

    fn ready(&self, events: i16) -> i16 {
        let mut revents = 0;
        if let Some(incoming) = self.incoming.as_deref()
            && (!incoming.is_empty()
                || self.ended.get().receive
                || (incoming.no_writer.get() && self.kind == Kind::Stream))
        {
            revents |= events & pollfd::POLLIN;
        }
        if let Some(outgoing) = self.outgoing.as_deref() {
            if outgoing.no_reader.get() || outgoing.room(1, self.kind) > 0 {
                revents |= events & pollfd::POLLOUT;
            }
            if outgoing.no_reader.get() && !self.kind.is_socket() {
                revents |= pollfd::POLLERR;
            }
        }
        if self.incoming.is_some() && self.hung_up() {
            revents |= pollfd::POLLHUP;
        }
        revents
    }

    /// Nobody else can change what is there.
    fn subscribe(&self, _: i16, _: &mut Vec<Pollable>) -> Result {
        Ok(())
    }

    fn get_option(&self, name: OptionName) -> Result<i32> {
        match name {
            OptionName::AcceptConn => Ok(0),
            OptionName::SendBuffer | OptionName::ReceiveBuffer => Ok(QUEUE as i32),
            _ => Err(Errno::NOPROTOOPT),
        }
    }

    /// The sizes cannot be changed.
    fn set_option(&self, name: OptionName, _: i32) -> Result {
        self.get_option(name).map(|_| ())
    }
}

impl Drop for End {
    fn drop(&mut self) {
        if let Some(outgoing) = &self.outgoing {
            outgoing.no_writer.set(true);
            outgoing.reset.set(self.incoming.as_deref().is_some_and(|incoming| !incoming.is_empty()));
        }
        if let Some(incoming) = &self.incoming {
            incoming.no_reader.set(true);
            incoming.deserted.set(true);
        }
    }
}
