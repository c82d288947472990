//! TCP over `wasi:sockets/tcp`.

mod connection;

use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::net::SocketAddr;

use crate::address::{self, Family};
use crate::bindings::wasi::io::poll::Pollable;
use crate::bindings::wasi::sockets::network::ErrorCode;
use crate::bindings::wasi::sockets::tcp::{ShutdownType, TcpSocket};
use crate::bindings::wasi::sockets::tcp_create_socket::create_tcp_socket;
use crate::c::Iovec;
use crate::description::{Common, Description, How, Kind, Received, events};
use crate::errno::{Errno, Result};
use crate::network::network;
use crate::options::Name;
use crate::table::Shared;
use crate::wait;
use connection::Connection;

/// Where a socket is on its way.
///
/// | from | by | to |
/// |---|---|---|
/// | `Unbound` | `bind` | `Bound` |
/// | `Unbound`, `Bound` | `listen` | `Listening` |
/// | `Unbound`, `Bound` | `connect` | `Connecting` |
/// | `Connecting` | success | `Connected` |
/// | `Connecting` | failure | `Unbound`, with a new socket of the host: WASI lets none try again |
///
/// A socket from `accept` begins as `Connected`. What ends stays where it is until it is closed.
enum State {
    Unbound,
    Bound,
    Listening,
    Connecting,
    Connected(Connection),
}

/// The host wants its resources back in the order of the fields: streams before their socket.
pub struct Tcp {
    state: RefCell<State>,
    socket: RefCell<TcpSocket>,
    /// A connection has come about that no `connect` has told of.
    untold: Cell<bool>,
    common: Common,
}

impl Tcp {
    pub fn create(family: Family, nonblocking: bool) -> Result<Shared> {
        let socket = create_tcp_socket(family.wasi())?;
        Ok(Self::shared(State::Unbound, socket, Common::new(family, nonblocking)))
    }

    fn shared(state: State, socket: TcpSocket, common: Common) -> Shared {
        Rc::new(Self { state: state.into(), socket: socket.into(), untold: Cell::new(false), common })
    }

    fn bind_to(&self, address: SocketAddr) -> Result {
        let socket = self.socket.borrow();
        socket.start_bind(network(), address::to_wasi(address))?;
        finish(&socket, TcpSocket::finish_bind)?;
        *self.state.borrow_mut() = State::Bound;
        Ok(())
    }

    /// Goes on with a connect that is under way. None if it is not over.
    fn advance(&self) -> Option<Result> {
        let outcome = self.socket.borrow().finish_connect();
        match outcome {
            Err(ErrorCode::WouldBlock) => None,
            Ok((input, output)) => {
                *self.state.borrow_mut() = State::Connected(Connection::new(input, output));
                Some(Ok(()))
            }
            Err(code) => Some(Err(self.start_again(code))),
        }
    }

    /// The host's socket has failed to connect, and is of no more use.
    fn start_again(&self, code: ErrorCode) -> Errno {
        *self.state.borrow_mut() = State::Unbound;
        if let Ok(socket) = create_tcp_socket(self.common.family.wasi()) {
            drop(self.socket.replace(socket));
        }
        code.into()
    }

    fn is_connecting(&self) -> bool {
        matches!(*self.state.borrow(), State::Connecting)
    }

    fn wait_for_connection(&self, patience: Option<u64>) -> Result {
        wait::until(patience, || self.socket.borrow().subscribe(), || self.advance().transpose())
    }

    /// Waits for a connect that is under way, and gives the connection.
    fn connected<T>(
        &self,
        patience: Option<u64>,
        missing: Errno,
        work: impl FnOnce(&Connection) -> Result<T>,
    ) -> Result<T> {
        if self.is_connecting() {
            self.wait_for_connection(patience)?;
            self.untold.set(true);
        }
        self.common.take_error()?;
        match &*self.state.borrow() {
            State::Connected(connection) => work(connection),
            _ => Err(missing),
        }
    }
}

/// Waits for the second half of what the host does in two.
fn finish(socket: &TcpSocket, half: impl Fn(&TcpSocket) -> core::result::Result<(), ErrorCode>) -> Result {
    wait::until(
        None,
        || socket.subscribe(),
        || match half(socket) {
            Err(ErrorCode::WouldBlock) => Ok(None),
            result => Ok(Some(result?)),
        },
    )
}

impl Description for Tcp {
    fn common(&self) -> &Common {
        &self.common
    }

    fn kind(&self) -> Kind {
        Kind::Stream
    }

    fn bind(&self, address: SocketAddr) -> Result {
        match *self.state.borrow() {
            State::Unbound => {}
            _ => return Err(Errno::INVAL),
        }
        self.bind_to(self.common.family.accept(address)?)
    }

    fn connect(&self, address: Option<SocketAddr>) -> Result {
        let patience = self.common.patience(0, &self.common.remembered.send_timeout);
        self.settle();
        self.common.take_error()?;
        match *self.state.borrow() {
            State::Connected(_) if self.untold.take() => return Ok(()),
            State::Connected(_) | State::Listening => return Err(Errno::ISCONN),
            State::Connecting if patience == Some(0) => return Err(Errno::ALREADY),
            _ => {}
        }
        if !self.is_connecting() {
            let to = self.common.family.accept(address.ok_or(Errno::AFNOSUPPORT)?)?;
            if to.port() == 0 {
                return Err(Errno::CONNREFUSED);
            }
            let started = self.socket.borrow().start_connect(network(), address::to_wasi(address::destination(to)));
            if let Err(code) = started {
                return Err(self.start_again(code));
            }
            *self.state.borrow_mut() = State::Connecting;
            // As on Linux, even if it is over already.
            if patience == Some(0) {
                return Err(Errno::INPROGRESS);
            }
        }
        match self.wait_for_connection(patience) {
            Err(Errno::AGAIN) => Err(Errno::INPROGRESS),
            result => result,
        }
    }

    fn listen(&self, backlog: u64) -> Result {
        match *self.state.borrow() {
            State::Unbound | State::Bound => {}
            State::Listening => return Ok(self.socket.borrow().set_listen_backlog_size(backlog)?),
            _ => return Err(Errno::INVAL),
        }
        if matches!(*self.state.borrow(), State::Unbound) {
            self.bind_to(self.common.family.any())?;
        }
        let socket = self.socket.borrow();
        socket.set_listen_backlog_size(backlog)?;
        socket.start_listen()?;
        finish(&socket, TcpSocket::finish_listen)?;
        *self.state.borrow_mut() = State::Listening;
        Ok(())
    }

    fn accept(&self, nonblocking: bool) -> Result<(Shared, SocketAddr)> {
        if !matches!(*self.state.borrow(), State::Listening) {
            return Err(Errno::INVAL);
        }
        let patience = self.common.patience(0, &self.common.remembered.receive_timeout);
        let listener = self.socket.borrow();
        let (socket, input, output) = wait::until(
            patience,
            || listener.subscribe(),
            || match listener.accept() {
                Err(ErrorCode::WouldBlock) => Ok(None),
                result => Ok(Some(result?)),
            },
        )?;
        // A peer that has gone has no address any more.
        let peer = socket.remote_address().map_or_else(|_| self.common.family.any(), address::from_wasi);
        let connection = Connection::new(input, output);
        let common = Common::new(self.common.family, nonblocking);
        Ok((Self::shared(State::Connected(connection), socket, common), peer))
    }

    fn local(&self) -> Result<SocketAddr> {
        if matches!(*self.state.borrow(), State::Unbound) {
            return Ok(self.common.family.any());
        }
        Ok(address::from_wasi(self.socket.borrow().local_address()?))
    }

    fn remote(&self) -> Result<SocketAddr> {
        self.settle();
        match *self.state.borrow() {
            State::Connected(_) => {}
            _ => return Err(Errno::NOTCONN),
        }
        self.socket.borrow().remote_address().map(address::from_wasi).map_err(|_| Errno::NOTCONN)
    }

    fn shutdown(&self, how: How) -> Result {
        self.settle();
        let State::Connected(connection) = &*self.state.borrow() else { return Err(Errno::NOTCONN) };
        connection.end(how);
        let how = match how {
            How::Receive => ShutdownType::Receive,
            How::Send => ShutdownType::Send,
            How::Both => ShutdownType::Both,
        };
        Ok(self.socket.borrow().shutdown(how)?)
    }

    fn receive(&self, buffers: &[Iovec], flags: i32) -> Result<Received> {
        let patience = self.common.patience(flags, &self.common.remembered.receive_timeout);
        let len = self.connected(patience, Errno::NOTCONN, |connection| {
            connection.receive(buffers, flags, patience, &self.common.error)
        })?;
        Ok(Received { len, whole: len, from: None })
    }

    fn send(&self, buffers: &[Iovec], flags: i32, _: Option<SocketAddr>) -> Result<usize> {
        let patience = self.common.patience(flags, &self.common.remembered.send_timeout);
        self.connected(patience, Errno::PIPE, |connection| connection.send(buffers, patience, &self.common.error))
    }

    fn readable(&self) -> usize {
        match &*self.state.borrow() {
            State::Connected(connection) => connection.readable(),
            _ => 0,
        }
    }

    fn ready(&self, wanted: i16) -> i16 {
        self.settle();
        let found = match &*self.state.borrow() {
            State::Unbound | State::Bound => wanted & events::OUT | events::HUP,
            State::Listening => match self.socket.borrow().subscribe().ready() {
                true => wanted & events::IN,
                false => 0,
            },
            State::Connecting => 0,
            State::Connected(connection) => connection.ready(wanted, &self.common.error),
        };
        match self.common.error.get() {
            Some(_) => wanted & (events::IN | events::OUT) | events::ERR | events::HUP,
            None => found,
        }
    }

    fn subscribe(&self, wanted: i16, pollables: &mut Vec<Pollable>) {
        match &*self.state.borrow() {
            State::Unbound | State::Bound => {}
            State::Listening | State::Connecting => pollables.push(self.socket.borrow().subscribe()),
            State::Connected(connection) => connection.subscribe(wanted, pollables),
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

    fn get_option(&self, name: Name) -> Result<i32> {
        let socket = self.socket.borrow();
        let seconds = |nanoseconds: u64| (nanoseconds / 1_000_000_000) as i32;
        Ok(match name {
            Name::AcceptConn => matches!(*self.state.borrow(), State::Listening).into(),
            Name::KeepAlive => socket.keep_alive_enabled()?.into(),
            Name::KeepCount => socket.keep_alive_count()? as i32,
            Name::KeepIdle => seconds(socket.keep_alive_idle_time()?),
            Name::KeepInterval => seconds(socket.keep_alive_interval()?),
            Name::Hops => socket.hop_limit()?.into(),
            Name::ReceiveBuffer => socket.receive_buffer_size()?.try_into().unwrap_or(i32::MAX),
            Name::SendBuffer => socket.send_buffer_size()?.try_into().unwrap_or(i32::MAX),
        })
    }

    fn set_option(&self, name: Name, value: i32) -> Result {
        let socket = self.socket.borrow();
        let positive = || u64::try_from(value).ok().filter(|value| *value > 0).ok_or(Errno::INVAL);
        match name {
            Name::AcceptConn => return Err(Errno::NOPROTOOPT),
            Name::KeepAlive => socket.set_keep_alive_enabled(value != 0)?,
            Name::KeepCount => socket.set_keep_alive_count(positive()? as u32)?,
            Name::KeepIdle => socket.set_keep_alive_idle_time(positive()? * 1_000_000_000)?,
            Name::KeepInterval => socket.set_keep_alive_interval(positive()? * 1_000_000_000)?,
            Name::Hops => socket.set_hop_limit(value.try_into().map_err(|_| Errno::INVAL)?)?,
            Name::ReceiveBuffer => socket.set_receive_buffer_size(value.max(1) as u64)?,
            Name::SendBuffer => socket.set_send_buffer_size(value.max(1) as u64)?,
        }
        Ok(())
    }

    fn finish(&self) {
        if let State::Connected(connection) = &*self.state.borrow()
            && !self.common.nonblocking.get()
        {
            connection.flush();
        }
    }

    fn is_finished(&self) -> bool {
        match &*self.state.borrow() {
            State::Connected(connection) => connection.is_flushed(),
            _ => true,
        }
    }
}
