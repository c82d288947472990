//! TCP over `wasi:sockets/tcp`.

mod connection;
mod lingering;
mod options;
mod socket;

use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::address::{self, Address, Family};
use crate::bindings::wasi::io::poll::Pollable;
use crate::bindings::wasi::sockets::network::ErrorCode;
use crate::bindings::wasi::sockets::tcp::ShutdownType;
use crate::c::Iovec;
use crate::description::{Common, Description, Ended, How, Kind, Received, pollfd};
use crate::errno::{Errno, Result};
use crate::network::network;
use crate::options::OptionName;
use crate::runtime::{self, Room};
use crate::table::{self, Shared};
use crate::{exit, wait};
use connection::Connection;
use socket::Socket;

/// The state of a socket.
///
/// | from | by | to |
/// |---|---|---|
/// | `Idle` | `listen` | `Listening` |
/// | `Idle` | `connect` | `Connecting` |
/// | `Connecting` | success | `Connected` |
/// | `Connecting` | failure | `Failed`; `Idle` as soon as a `connect` has told of it |
/// | `Listening`, `Connecting` | `shutdown` | `Idle` |
/// | any | `connect` to nowhere | `Idle` |
///
/// A socket from `accept` begins as `Connected`. A connection that ends stays where it is until it is closed.
enum State {
    Idle,
    Listening,
    Connecting,
    Failed {
        /// After a `shutdown` no `connect` tells of it any more.
        shut: bool,
    },
    Connected(Connection),
}

/// The host wants its resources back in the order of the fields: streams before their socket.
pub struct Tcp {
    state: RefCell<State>,
    socket: Socket,
    ended: Cell<Ended>,
    /// A connection has come about that no `connect` has told of.
    untold: Cell<bool>,
    common: Common,
}

impl Tcp {
    pub fn create(family: Family, nonblocking: bool) -> Result<Shared> {
        exit::flush_by(flush_all)?;
        lingering::sweep();
        let room = Room::reserve()?;
        Ok(room.share(Self::new(State::Idle, Socket::create(family)?, Common::new(nonblocking))))
    }

    fn new(state: State, socket: Socket, common: Common) -> Self {
        Self { state: state.into(), socket, ended: Cell::default(), untold: Cell::new(false), common }
    }

    fn is_connecting(&self) -> bool {
        matches!(*self.state.borrow(), State::Connecting)
    }

    /// Goes on with a connect that is under way. None if it is not over.
    fn advance(&self) -> Option<Result> {
        let outcome = self.socket.host().finish_connect();
        match outcome {
            Err(ErrorCode::WouldBlock) => None,
            Ok((input, output)) => {
                *self.state.borrow_mut() = State::Connected(Connection::new(input, output));
                self.socket.connected();
                Some(Ok(()))
            }
            Err(code) => {
                *self.state.borrow_mut() = State::Failed { shut: false };
                self.ended.set(Ended::BOTH);
                Some(self.socket.renew(drop).and(Err(code.into())))
            }
        }
    }

    fn wait_for_connection(&self, timeout: Option<u64>) -> Result {
        wait::until(timeout, || self.socket.host().subscribe(), || self.advance().transpose())
    }

    fn start_connect(&self, address: SocketAddr) -> Result {
        let to = self.socket.family.accept(address)?;
        if to.port() == 0 {
            return Err(Errno::CONNREFUSED);
        }
        let to = address::destination(to);
        if to.ip().is_multicast() || to.ip() == IpAddr::V4(Ipv4Addr::BROADCAST) {
            return Err(Errno::NETUNREACH);
        }
        self.socket.bind_again()?;
        let started = self.socket.host().start_connect(network(), address::to_wasi(to));
        if let Err(code) = started {
            return self.socket.renew(drop).and(Err(code.into()));
        }
        *self.state.borrow_mut() = State::Connecting;
        Ok(())
    }

    /// A `connect` tells that it has failed; the next can try again.
    fn tell_failure(&self, errno: Errno) -> Result {
        *self.state.borrow_mut() = State::Idle;
        self.ended.set(Ended::default());
        Err(errno)
    }

    /// Ends what there is, and goes back to where a socket begins.
    fn disconnect(&self) -> Result {
        let (is_used, was_open) = match &*self.state.borrow() {
            // After a connect that has failed, the host's socket is new already.
            State::Idle | State::Failed { .. } => (false, false),
            State::Listening => (true, false),
            State::Connecting => (true, true),
            State::Connected(connection) => (true, !connection.is_over(self.ended.get())),
        };
        let let_go = |old| match self.state.replace(State::Idle) {
            State::Connected(connection) => lingering::close(connection, old),
            _ => drop(old),
        };
        if is_used {
            self.socket.renew(let_go)?;
        }
        *self.state.borrow_mut() = State::Idle;
        self.ended.set(Ended::default());
        self.untold.set(false);
        if was_open {
            self.common.error.set(Some(Errno::CONNRESET));
        }
        Ok(())
    }

    /// Waits for a connect that is under way, and gives the connection.
    fn connected<T>(
        &self,
        timeout: Option<u64>,
        missing: Errno,
        work: impl FnOnce(&Connection) -> Result<T>,
    ) -> Result<T> {
        if self.is_connecting() {
            self.wait_for_connection(timeout)?;
            self.untold.set(true);
        }
        self.common.take_error()?;
        match &*self.state.borrow() {
            State::Connected(connection) => work(connection),
            _ => Err(missing),
        }
    }
}

/// Waits until all that was sent is with the host's system, though not forever.
fn flush_all() {
    let deadline = lingering::deadline();
    table::for_each(|description| description.flush(deadline));
    lingering::flush(deadline);
}

impl Description for Tcp {
    fn common(&self) -> &Common {
        &self.common
    }

    fn kind(&self) -> Kind {
        Kind::Stream
    }

    fn protocol(&self) -> (i32, i32) {
        (self.socket.family.number(), address::IPPROTO_TCP)
    }

    fn bind(&self, address: SocketAddr) -> Result {
        match *self.state.borrow() {
            State::Idle | State::Failed { .. } if !self.socket.is_bound.get() => {}
            _ => return Err(Errno::INVAL),
        }
        self.socket.bind(self.socket.family.accept(address)?)
    }

    fn connect(&self, address: Option<SocketAddr>) -> Result {
        self.settle();
        let Some(address) = address else { return self.disconnect() };
        let failed = match *self.state.borrow() {
            State::Connected(_) if self.untold.take() => return Ok(()),
            State::Connected(_) | State::Listening => return Err(Errno::ISCONN),
            State::Failed { shut } => Some(shut),
            State::Idle | State::Connecting => None,
        };
        match failed {
            Some(true) => return Err(Errno::INVAL),
            Some(false) => return self.tell_failure(self.common.error.take().unwrap_or(Errno::CONNABORTED)),
            None => {}
        }
        let timeout = self.common.timeout(0, &self.common.remembered.send_timeout);
        let unfinished = if self.is_connecting() { Errno::ALREADY } else { Errno::INPROGRESS };
        if unfinished == Errno::INPROGRESS {
            self.start_connect(address)?;
        }
        if timeout == Some(0) {
            // The host begins when it is asked for the first time. As on Linux, even if it is over already.
            self.settle();
            return Err(unfinished);
        }
        match self.wait_for_connection(timeout) {
            Err(Errno::AGAIN) => Err(unfinished),
            Err(errno) => self.tell_failure(errno),
            Ok(()) => Ok(()),
        }
    }

    fn listen(&self, backlog: u64) -> Result {
        self.settle();
        match *self.state.borrow() {
            State::Idle => {}
            State::Listening => return Ok(self.socket.host().set_listen_backlog_size(backlog)?),
            _ => return Err(Errno::INVAL),
        }
        if let Err(errno) = self.socket.listen(backlog) {
            // The host's socket is of no more use.
            return self.socket.renew(drop).and(Err(errno));
        }
        *self.state.borrow_mut() = State::Listening;
        self.ended.set(Ended::default());
        Ok(())
    }

    fn accept(&self, nonblocking: bool) -> Result<(Shared, SocketAddr)> {
        if !matches!(*self.state.borrow(), State::Listening) {
            return Err(Errno::INVAL);
        }
        lingering::sweep();
        let room = Room::reserve()?;
        let timeout = self.common.timeout(0, &self.common.remembered.receive_timeout);
        let listener = self.socket.host();
        let (host, input, output) = wait::until(
            timeout,
            || listener.subscribe(),
            || match listener.accept() {
                Err(ErrorCode::WouldBlock) => Ok(None),
                result => Ok(Some(result?)),
            },
        )?;
        let family = self.socket.family;
        // A peer that has gone has no address any more.
        let peer = host.remote_address().map_or_else(|_| family.any(), address::from_wasi);
        let state = State::Connected(Connection::new(input, output));
        let common = self.common.inherited(nonblocking);
        Ok((room.share(Self::new(state, Socket::accepted(host, family), common)), peer))
    }

    fn local(&self) -> Result<Address> {
        Ok(self.socket.local().into())
    }

    fn remote(&self) -> Result<Address> {
        self.settle();
        match &*self.state.borrow() {
            State::Connected(connection) if !connection.is_over(self.ended.get()) => {}
            _ => return Err(Errno::NOTCONN),
        }
        let address = self.socket.host().remote_address().map_err(|_| Errno::NOTCONN)?;
        Ok(address::from_wasi(address).into())
    }

    fn shutdown(&self, how: How) -> Result {
        self.settle();
        let before = self.ended.get();
        match &mut *self.state.borrow_mut() {
            // Nothing of it ends but what can only come in.
            State::Listening if how == How::Send => return Ok(()),
            State::Listening | State::Connecting => {}
            State::Connected(connection) if !connection.is_over(before) => {
                self.ended.set(before.and(how));
                // After `SHUT_RD` the program still gets what comes, so the host is not told.
                if how != How::Receive && !before.send {
                    // The peer may be gone already.
                    let _ = self.socket.host().shutdown(ShutdownType::Send);
                }
                return Ok(());
            }
            state => {
                self.ended.set(before.and(how));
                if let State::Failed { shut } = state {
                    *shut = true;
                }
                return Err(Errno::NOTCONN);
            }
        }
        self.disconnect()
    }

    fn receive(&self, buffers: &[Iovec], flags: i32) -> Result<Received> {
        let timeout = self.common.timeout(flags, &self.common.remembered.receive_timeout);
        let len = self.connected(timeout, Errno::NOTCONN, |connection| {
            connection.receive(buffers, flags, timeout, self.ended.get().receive, &self.common.error)
        });
        match len {
            // The end of what never was, as Linux has it.
            Err(Errno::NOTCONN) if self.ended.get().receive => Ok(Received::part(0)),
            len => Ok(Received::part(len?)),
        }
    }

    fn send(&self, buffers: &[Iovec], flags: i32, _: Option<SocketAddr>) -> Result<usize> {
        let timeout = self.common.timeout(flags, &self.common.remembered.send_timeout);
        self.connected(timeout, Errno::PIPE, |connection| match self.ended.get().send {
            true => Err(Errno::PIPE),
            false => connection.send(buffers, timeout, &self.common.error),
        })
    }

    fn readable(&self) -> Result<usize> {
        match &*self.state.borrow() {
            State::Connected(connection) => Ok(connection.readable(&self.common.error)),
            State::Listening => Err(Errno::INVAL),
            _ => Ok(0),
        }
    }

    fn ready(&self, events: i16) -> i16 {
        self.settle();
        let ended = self.ended.get();
        let shut = ended.events(events);
        let revents = match &*self.state.borrow() {
            State::Idle | State::Failed { .. } => events & pollfd::POLLOUT | pollfd::POLLHUP | shut,
            State::Connecting => shut,
            State::Listening => match self.socket.host().subscribe().ready() {
                true => events & pollfd::POLLIN,
                false => 0,
            },
            State::Connected(connection) => connection.ready(events, ended, &self.common.error) | shut,
        };
        revents | if self.common.error.get().is_some() { pollfd::POLLERR } else { 0 }
    }

    fn subscribe(&self, events: i16, pollables: &mut Vec<Pollable>) -> Result {
        match &*self.state.borrow() {
            State::Idle | State::Failed { .. } => Ok(()),
            State::Listening | State::Connecting => runtime::push(pollables, self.socket.host().subscribe()),
            State::Connected(connection) => connection.subscribe(events, pollables),
        }
    }

    fn settle(&self) {
        if !self.is_connecting() {
            return;
        }
        match self.advance() {
            None => {}
            Some(Ok(())) => self.untold.set(true),
            Some(Err(errno)) => self.common.error.set(Some(errno)),
        }
    }

    fn get_option(&self, name: OptionName) -> Result<i32> {
        match name {
            OptionName::AcceptConn => Ok(matches!(*self.state.borrow(), State::Listening).into()),
            _ => self.socket.get_option(name, self.is_connecting()),
        }
    }

    fn set_option(&self, name: OptionName, value: i32) -> Result {
        let is_new = matches!(*self.state.borrow(), State::Idle) && !self.socket.is_bound.get();
        if name == OptionName::V6Only && !is_new {
            return Err(Errno::INVAL);
        }
        self.socket.set_option(name, value, self.is_connecting())
    }

    fn flush(&self, deadline: u64) {
        if let State::Connected(connection) = &*self.state.borrow() {
            connection.flush(deadline);
        }
    }

    fn close(self: Rc<Self>) {
        let Some(Self { state, socket, common, .. }) = Rc::into_inner(self) else { return };
        let State::Connected(connection) = state.into_inner() else { return };
        if let Some(timeout) = common.remembered.linger() {
            connection.flush(wait::deadline(timeout));
        }
        lingering::close(connection, socket.into_host());
    }
}
