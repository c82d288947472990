//! UDP over `wasi:sockets/udp`.

use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::net::SocketAddr;

use crate::address::{self, Address, Family};
use crate::bindings::wasi::clocks::monotonic_clock::subscribe_duration;
use crate::bindings::wasi::io::poll::Pollable;
use crate::bindings::wasi::sockets::network::ErrorCode;
use crate::bindings::wasi::sockets::udp::{
    IncomingDatagram, IncomingDatagramStream, OutgoingDatagram, OutgoingDatagramStream, UdpSocket,
};
use crate::bindings::wasi::sockets::udp_create_socket::create_udp_socket;
use crate::c::{self, Iovec};
use crate::description::{Common, Description, How, Kind, Received, events, flags};
use crate::errno::{Errno, Result};
use crate::network::network;
use crate::options::{self, Name};
use crate::table::Shared;
use crate::wait;

/// The longest datagram that IP can carry.
const LONGEST: usize = 65_535;

/// How long to wait for a pollable that says it is ready and is not.
const PAUSE: u64 = 5_000_000;

/// What a bound socket sends and receives by. Making new ones ends these, so they go first.
struct Streams {
    incoming: IncomingDatagramStream,
    outgoing: OutgoingDatagramStream,
    peer: Option<SocketAddr>,
}

/// Where a socket is on its way: `Unbound` until `bind`, or until what cannot do without; then `Bound`, with other streams
/// after each `connect`.
enum State {
    Unbound,
    Bound(Streams),
}

/// The host wants its resources back in the order of the fields.
pub struct Udp {
    state: RefCell<State>,
    socket: UdpSocket,
    family: Family,
    /// Received, but only looked at.
    ahead: RefCell<Option<IncomingDatagram>>,
    /// The directions that `shutdown` has ended.
    no_input: Cell<bool>,
    no_output: Cell<bool>,
    refusal: Cell<Refusal>,
    common: Common,
}

/// That nobody listens at the peer's port is an error of the socket. The host says it to who sends; to who waits it says
/// that there is something to receive, where there is nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Refusal {
    None,
    /// Found by waiting; the host will say it once more.
    Found,
    /// The host has said it. It may go on saying that there is something to receive.
    Told,
}

impl Udp {
    pub fn create(family: Family, nonblocking: bool) -> Result<Shared> {
        let socket = create_udp_socket(family.wasi())?;
        Ok(Rc::new(Self {
            state: State::Unbound.into(),
            socket,
            family,
            ahead: RefCell::default(),
            no_input: Cell::new(false),
            no_output: Cell::new(false),
            refusal: Cell::new(Refusal::None),
            common: Common::new(nonblocking),
        }))
    }

    fn is_bound(&self) -> bool {
        !matches!(*self.state.borrow(), State::Unbound)
    }

    fn bind_to(&self, address: SocketAddr) -> Result {
        self.socket.start_bind(network(), address::to_wasi(address))?;
        wait::until(
            None,
            || self.socket.subscribe(),
            || match self.socket.finish_bind() {
                Err(ErrorCode::WouldBlock) => Ok(None),
                result => Ok(Some(result?)),
            },
        )?;
        self.open(None)
    }

    /// Takes new streams, for one peer or for all. The host wants the old ones back before.
    fn open(&self, peer: Option<SocketAddr>) -> Result {
        *self.state.borrow_mut() = State::Unbound;
        let open = |peer: Option<SocketAddr>| -> Result {
            let (incoming, outgoing) = self.socket.stream(peer.map(address::to_wasi))?;
            *self.state.borrow_mut() = State::Bound(Streams { incoming, outgoing, peer });
            Ok(())
        };
        open(peer).inspect_err(|_| {
            // Without a peer, as before the attempt.
            let _ = open(None);
        })
    }

    fn streams<T>(&self, work: impl FnOnce(&Streams) -> Result<T>) -> Result<T> {
        if !self.is_bound() {
            self.bind_to(self.family.any())?;
        }
        match &*self.state.borrow() {
            State::Bound(streams) => work(streams),
            State::Unbound => Err(Errno::INVAL),
        }
    }

    /// Reads ahead, unless that has been done. Whether there is something.
    fn look_ahead(&self, streams: &Streams) -> Result<bool> {
        let mut ahead = self.ahead.borrow_mut();
        if ahead.is_none() {
            let outcome = streams.incoming.receive(1).map_err(Errno::from);
            *ahead = self.unless_told(outcome)?.unwrap_or_default().pop();
        }
        Ok(ahead.is_some())
    }

    /// The outcome of what the host was asked, but none if it is a refusal that has been found before.
    fn unless_told<T>(&self, outcome: Result<T>) -> Result<Option<T>> {
        match outcome {
            Err(Errno::CONNREFUSED) if self.refusal.replace(Refusal::Told) == Refusal::Found => Ok(None),
            outcome => outcome.map(Some),
        }
    }

    /// Reads ahead where there was nothing. If there still is nothing, although the host says so, the peer refuses.
    fn look_again(&self, streams: &Streams) -> Result<bool> {
        if streams.peer.is_none() || self.refusal.get() != Refusal::None || !streams.incoming.subscribe().ready() {
            return Ok(false);
        }
        if !self.look_ahead(streams)? {
            self.refusal.set(Refusal::Found);
            return Err(Errno::CONNREFUSED);
        }
        Ok(true)
    }

    fn incoming(&self, streams: &Streams) -> Pollable {
        if self.refusal.get() == Refusal::None { streams.incoming.subscribe() } else { subscribe_duration(PAUSE) }
    }

    /// Takes what was read ahead.
    fn take(&self, buffers: &[Iovec], peek: bool) -> Result<Option<Received>> {
        let mut ahead = self.ahead.borrow_mut();
        let Some(datagram) = &*ahead else { return Ok(None) };
        let received = Received {
            len: c::scatter(buffers, 0, &datagram.data)?,
            whole: datagram.data.len(),
            from: Some(address::from_wasi(datagram.remote_address)),
        };
        if !peek {
            *ahead = None;
        }
        Ok(Some(received))
    }

    fn send_by(
        &self,
        streams: &Streams,
        data: Vec<u8>,
        remote_address: Option<SocketAddr>,
        patience: Option<u64>,
    ) -> Result {
        let datagram = [OutgoingDatagram { data, remote_address: remote_address.map(address::to_wasi) }];
        let outgoing = &streams.outgoing;
        let attempt = || -> Result<u64> {
            match outgoing.check_send()? {
                0 => Ok(0),
                _ => Ok(outgoing.send(&datagram)?),
            }
        };
        wait::until(
            patience,
            || outgoing.subscribe(),
            || match self.unless_told(attempt())? {
                Some(sent) => Ok((sent > 0).then_some(())),
                None => Ok((attempt()? > 0).then_some(())),
            },
        )
    }
}

impl Description for Udp {
    fn common(&self) -> &Common {
        &self.common
    }

    fn kind(&self) -> Kind {
        Kind::Datagram
    }

    fn protocol(&self) -> (i32, i32) {
        (self.family.number(), address::IPPROTO_UDP)
    }

    fn bind(&self, address: SocketAddr) -> Result {
        if self.is_bound() {
            return Err(Errno::INVAL);
        }
        self.bind_to(self.family.accept(address)?)
    }

    fn connect(&self, address: Option<SocketAddr>) -> Result {
        let peer = match address {
            Some(address) => Some(address::destination(self.family.accept(address)?)),
            None if !self.is_bound() => return Ok(()),
            None => None,
        };
        if !self.is_bound() {
            self.bind_to(self.family.any())?;
        }
        self.open(peer)
    }

    fn local(&self) -> Result<Address> {
        if !self.is_bound() {
            return Ok(self.family.any().into());
        }
        Ok(address::from_wasi(self.socket.local_address()?).into())
    }

    fn remote(&self) -> Result<Address> {
        match &*self.state.borrow() {
            State::Bound(Streams { peer: Some(peer), .. }) => Ok((*peer).into()),
            _ => Err(Errno::NOTCONN),
        }
    }

    /// There is no connection whose end the peer could learn of.
    fn shutdown(&self, how: How) -> Result {
        self.remote()?;
        if how != How::Send {
            self.no_input.set(true);
        }
        if how != How::Receive {
            self.no_output.set(true);
        }
        Ok(())
    }

    fn receive(&self, buffers: &[Iovec], flags: i32) -> Result<Received> {
        self.common.take_error()?;
        let patience = self.common.patience(flags, &self.common.remembered.receive_timeout);
        let peek = flags & flags::PEEK != 0;
        let state = self.state.borrow();
        let State::Bound(streams) = &*state else {
            // Nobody can send to where it is not.
            return wait::for_nobody(patience, || Ok(None));
        };
        wait::until(
            patience,
            || self.incoming(streams),
            || {
                if self.look_ahead(streams)? || (!self.no_input.get() && self.look_again(streams)?) {
                    return self.take(buffers, peek);
                }
                Ok(self.no_input.get().then(|| Received::part(0)))
            },
        )
    }

    fn send(&self, buffers: &[Iovec], flags: i32, to: Option<SocketAddr>) -> Result<usize> {
        self.common.take_error()?;
        let to = match to {
            Some(to) => Some(address::destination(self.family.accept(to)?)),
            None => None,
        };
        if self.no_output.get() {
            return Err(Errno::PIPE);
        }
        let len = c::total(buffers);
        if len > LONGEST {
            return Err(Errno::MSGSIZE);
        }
        let data = c::gather(buffers, 0, len)?.into_owned();
        let patience = self.common.patience(flags, &self.common.remembered.send_timeout);
        self.streams(|streams| {
            let to = match (to, streams.peer) {
                (None, None) => return Err(Errno::DESTADDRREQ),
                // The host knows it.
                (None, Some(_)) => None,
                (Some(to), Some(peer)) if to == peer => None,
                // While there is a peer, the host sends to no one else.
                (Some(_), Some(_)) => return Err(Errno::ISCONN),
                (Some(to), None) => Some(to),
            };
            self.send_by(streams, data, to, patience)
        })?;
        Ok(len)
    }

    fn readable(&self) -> Result<usize> {
        if let State::Bound(streams) = &*self.state.borrow() {
            self.look_ahead(streams)?;
        }
        Ok(self.ahead.borrow().as_ref().map_or(0, |datagram| datagram.data.len()))
    }

    fn ready(&self, wanted: i16) -> i16 {
        let mut found = 0;
        match &*self.state.borrow() {
            State::Unbound => found |= wanted & events::OUT,
            State::Bound(streams) => {
                // Both are asked first: it is then that the host looks what has come.
                if wanted & events::OUT != 0 {
                    match streams.outgoing.check_send() {
                        Ok(0) => {}
                        Ok(_) => found |= events::OUT,
                        Err(code) => self.common.error.set(Some(code.into())),
                    }
                }
                let there = self.look_ahead(streams).and_then(|there| Ok(there || self.look_again(streams)?));
                match there {
                    Ok(there) => found |= if there || self.no_input.get() { wanted & events::IN } else { 0 },
                    Err(errno) => self.common.error.set(Some(errno)),
                }
            }
        }
        if self.no_input.get() && self.no_output.get() {
            found |= events::HUP;
        }
        match self.common.error.get() {
            Some(_) => wanted & (events::IN | events::OUT) | events::ERR,
            None => found,
        }
    }

    fn subscribe(&self, wanted: i16, pollables: &mut Vec<Pollable>) {
        if let State::Bound(streams) = &*self.state.borrow() {
            if wanted & events::OUT != 0 {
                pollables.push(streams.outgoing.subscribe());
            }
            if self.ahead.borrow().is_none() {
                pollables.push(self.incoming(streams));
            }
        }
    }

    fn get_option(&self, name: Name) -> Result<i32> {
        Ok(match name {
            Name::AcceptConn => 0,
            Name::Hops => self.socket.unicast_hop_limit()?.into(),
            Name::ReceiveBuffer => self.socket.receive_buffer_size()?.try_into().unwrap_or(i32::MAX),
            Name::SendBuffer => self.socket.send_buffer_size()?.try_into().unwrap_or(i32::MAX),
            Name::V6Only => 1,
            Name::KeepAlive | Name::KeepCount | Name::KeepIdle | Name::KeepInterval => return Err(Errno::NOPROTOOPT),
        })
    }

    fn set_option(&self, name: Name, value: i32) -> Result {
        match name {
            Name::Hops => self.socket.set_unicast_hop_limit(options::hops(value)?)?,
            Name::ReceiveBuffer => self.socket.set_receive_buffer_size(value.max(1) as u64)?,
            Name::SendBuffer => self.socket.set_send_buffer_size(value.max(1) as u64)?,
            Name::V6Only if self.is_bound() => return Err(Errno::INVAL),
            Name::V6Only if value == 0 => return Err(Errno::NOTSUP),
            Name::V6Only => {}
            _ => return Err(Errno::NOPROTOOPT),
        }
        Ok(())
    }
}
