//! TCP over `wasi:sockets/tcp`.

mod connection;
mod options;

use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::address::{self, Address, Family};
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
/// | `Connecting` | failure | what it was before, with a new socket of the host: WASI lets none try again |
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
    family: Family,
    /// What `bind` was asked for, with the port that came of it.
    chosen: Cell<Option<SocketAddr>>,
    /// Options that were set, for the host's next socket.
    options: RefCell<Vec<(Name, i32)>>,
    /// A connection has come about that no `connect` has told of.
    untold: Cell<bool>,
    /// The last `connect` has failed.
    failed: Cell<bool>,
    common: Common,
}

impl Tcp {
    pub fn create(family: Family, nonblocking: bool) -> Result<Shared> {
        let socket = create_tcp_socket(family.wasi())?;
        Ok(Self::shared(State::Unbound, socket, family, Common::new(nonblocking)))
    }

    fn shared(state: State, socket: TcpSocket, family: Family, common: Common) -> Shared {
        Rc::new(Self {
            state: state.into(),
            socket: socket.into(),
            family,
            chosen: Cell::new(None),
            options: RefCell::default(),
            untold: Cell::new(false),
            failed: Cell::new(false),
            common,
        })
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

    /// The host's socket has failed to connect, and is of no more use. The next gets its options and its address.
    fn start_again(&self, code: ErrorCode) -> Errno {
        *self.state.borrow_mut() = State::Unbound;
        self.failed.set(true);
        if let Ok(socket) = create_tcp_socket(self.family.wasi()) {
            drop(self.socket.replace(socket));
            for (name, value) in &*self.options.borrow() {
                let _ = self.apply(*name, *value);
            }
            if let Some(address) = self.chosen.get() {
                let _ = self.bind_to(address);
            }
        }
        code.into()
    }

    fn apply(&self, name: Name, value: i32) -> Result {
        if name == Name::V6Only && !matches!(*self.state.borrow(), State::Unbound) {
            return Err(Errno::INVAL);
        }
        options::set(&self.socket.borrow(), name, value)
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

    fn protocol(&self) -> (i32, i32) {
        (self.family.number(), address::IPPROTO_TCP)
    }

    fn bind(&self, address: SocketAddr) -> Result {
        match *self.state.borrow() {
            State::Unbound => {}
            _ => return Err(Errno::INVAL),
        }
        self.bind_to(self.family.accept(address)?)?;
        self.chosen.set(self.socket.borrow().local_address().ok().map(address::from_wasi));
        Ok(())
    }

    fn connect(&self, address: Option<SocketAddr>) -> Result {
        let patience = self.common.patience(0, &self.common.remembered.send_timeout);
        self.settle();
        self.common.take_error()?;
        match *self.state.borrow() {
            State::Connected(_) if self.untold.take() => return Ok(()),
            State::Connected(_) | State::Listening => return Err(Errno::ISCONN),
            _ => {}
        }
        if !self.is_connecting() {
            let to = self.family.accept(address.ok_or(Errno::AFNOSUPPORT)?)?;
            if to.port() == 0 {
                return Err(Errno::CONNREFUSED);
            }
            let to = address::destination(to);
            if to.ip().is_multicast() || to.ip() == IpAddr::V4(Ipv4Addr::BROADCAST) {
                return Err(Errno::NETUNREACH);
            }
            self.failed.set(false);
            let started = self.socket.borrow().start_connect(network(), address::to_wasi(to));
            if let Err(code) = started {
                return Err(self.start_again(code));
            }
            *self.state.borrow_mut() = State::Connecting;
            // As on Linux, even if it is over already. The host begins when it is asked for the first time.
            if patience == Some(0) {
                self.settle();
                return Err(Errno::INPROGRESS);
            }
        } else if patience.is_some() {
            return Err(Errno::ALREADY);
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
            self.bind_to(self.family.any())?;
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
        let peer = socket.remote_address().map_or_else(|_| self.family.any(), address::from_wasi);
        let connection = Connection::new(input, output);
        let common = self.common.inherited(nonblocking);
        Ok((Self::shared(State::Connected(connection), socket, self.family, common), peer))
    }

    fn local(&self) -> Result<Address> {
        let found = self.socket.borrow().local_address();
        match (&*self.state.borrow(), found) {
            (State::Unbound, _) => Ok(self.family.any().into()),
            (_, Ok(address)) => Ok(address::from_wasi(address).into()),
            // While it connects, the host does not say.
            (State::Connecting, Err(_)) => Ok(self.chosen.get().unwrap_or(self.family.any()).into()),
            (_, Err(code)) => Err(code.into()),
        }
    }

    fn remote(&self) -> Result<Address> {
        self.settle();
        match &*self.state.borrow() {
            State::Connected(connection) if !connection.has_failed() => {}
            _ => return Err(Errno::NOTCONN),
        }
        let address = self.socket.borrow().remote_address().map_err(|_| Errno::NOTCONN)?;
        Ok(address::from_wasi(address).into())
    }

    fn shutdown(&self, how: How) -> Result {
        self.settle();
        let State::Connected(connection) = &*self.state.borrow() else { return Err(Errno::NOTCONN) };
        connection.end(how)?;
        let how = match how {
            How::Receive => ShutdownType::Receive,
            How::Send => ShutdownType::Send,
            How::Both => ShutdownType::Both,
        };
        // The peer may be gone already.
        match self.socket.borrow().shutdown(how) {
            Err(code) if Errno::from(code) != Errno::INVAL => Err(code.into()),
            _ => Ok(()),
        }
    }

    fn receive(&self, buffers: &[Iovec], flags: i32) -> Result<Received> {
        let patience = self.common.patience(flags, &self.common.remembered.receive_timeout);
        let len = self.connected(patience, Errno::NOTCONN, |connection| {
            connection.receive(buffers, flags, patience, &self.common.error)
        });
        match len {
            // The end of what never was, as Linux has it.
            Err(Errno::NOTCONN) if self.failed.get() => Ok(Received::part(0)),
            len => Ok(Received::part(len?)),
        }
    }

    fn send(&self, buffers: &[Iovec], flags: i32, _: Option<SocketAddr>) -> Result<usize> {
        let patience = self.common.patience(flags, &self.common.remembered.send_timeout);
        self.connected(patience, Errno::PIPE, |connection| connection.send(buffers, patience, &self.common.error))
    }

    fn readable(&self) -> Result<usize> {
        match &*self.state.borrow() {
            State::Connected(connection) => connection.readable(),
            State::Listening => Err(Errno::INVAL),
            _ => Ok(0),
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
        match name {
            Name::AcceptConn => Ok(matches!(*self.state.borrow(), State::Listening).into()),
            _ => options::get(&self.socket.borrow(), name),
        }
    }

    fn set_option(&self, name: Name, value: i32) -> Result {
        self.apply(name, value)?;
        let mut options = self.options.borrow_mut();
        options.retain(|(other, _)| *other != name);
        options.push((name, value));
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
