//! UDP over `wasi:sockets/udp`.

use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::RefCell;
use core::net::SocketAddr;

use crate::address::{self, Family};
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
use crate::options::Name;
use crate::table::Shared;
use crate::wait;

/// The longest datagram that IP can carry.
const LONGEST: usize = 65_535;

/// What a bound socket sends and receives by. Making new ones ends these, so they go first.
struct Streams {
    incoming: IncomingDatagramStream,
    outgoing: OutgoingDatagramStream,
    peer: Option<SocketAddr>,
    /// Received, but only looked at.
    ahead: Option<IncomingDatagram>,
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
    common: Common,
}

impl Udp {
    pub fn create(family: Family, nonblocking: bool) -> Result<Shared> {
        let socket = create_udp_socket(family.wasi())?;
        Ok(Rc::new(Self { state: State::Unbound.into(), socket, common: Common::new(family, nonblocking) }))
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
        let (incoming, outgoing) = match self.socket.stream(peer.map(address::to_wasi)) {
            Ok(streams) => streams,
            Err(code) => {
                // Without a peer, as before the attempt.
                if let Ok((incoming, outgoing)) = self.socket.stream(None) {
                    *self.state.borrow_mut() = State::Bound(Streams { incoming, outgoing, peer: None, ahead: None });
                }
                return Err(code.into());
            }
        };
        *self.state.borrow_mut() = State::Bound(Streams { incoming, outgoing, peer, ahead: None });
        Ok(())
    }

    fn streams<T>(&self, work: impl FnOnce(&mut Streams) -> Result<T>) -> Result<T> {
        if !self.is_bound() {
            self.bind_to(self.common.family.any())?;
        }
        match &mut *self.state.borrow_mut() {
            State::Bound(streams) => work(streams),
            State::Unbound => Err(Errno::INVAL),
        }
    }
}

impl Streams {
    /// Reads ahead, unless that has been done. Whether there is something.
    fn look_ahead(&mut self) -> Result<bool> {
        if self.ahead.is_none() {
            self.ahead = self.incoming.receive(1)?.pop();
        }
        Ok(self.ahead.is_some())
    }
}

impl Description for Udp {
    fn common(&self) -> &Common {
        &self.common
    }

    fn kind(&self) -> Kind {
        Kind::Datagram
    }

    fn bind(&self, address: SocketAddr) -> Result {
        if self.is_bound() {
            return Err(Errno::INVAL);
        }
        self.bind_to(self.common.family.accept(address)?)
    }

    fn connect(&self, address: Option<SocketAddr>) -> Result {
        let peer = match address {
            Some(address) => Some(address::destination(self.common.family.accept(address)?)),
            None if !self.is_bound() => return Ok(()),
            None => None,
        };
        if !self.is_bound() {
            self.bind_to(self.common.family.any())?;
        }
        self.open(peer)
    }

    fn listen(&self, _: u64) -> Result {
        Err(Errno::NOTSUP)
    }

    fn accept(&self, _: bool) -> Result<(Shared, SocketAddr)> {
        Err(Errno::NOTSUP)
    }

    fn local(&self) -> Result<SocketAddr> {
        if !self.is_bound() {
            return Ok(self.common.family.any());
        }
        Ok(address::from_wasi(self.socket.local_address()?))
    }

    fn remote(&self) -> Result<SocketAddr> {
        match &*self.state.borrow() {
            State::Bound(Streams { peer: Some(peer), .. }) => Ok(*peer),
            _ => Err(Errno::NOTCONN),
        }
    }

    /// There is no connection whose end the peer could learn of.
    fn shutdown(&self, _: How) -> Result {
        self.remote().and(Err(Errno::NOTSUP))
    }

    fn receive(&self, buffers: &[Iovec], flags: i32) -> Result<Received> {
        self.common.take_error()?;
        let patience = self.common.patience(flags, &self.common.remembered.receive_timeout);
        self.streams(|streams| {
            if !streams.look_ahead()? {
                let incoming = &streams.incoming;
                let datagram = wait::until(patience, || incoming.subscribe(), || Ok(incoming.receive(1)?.pop()))?;
                streams.ahead = Some(datagram);
            }
            let Some(datagram) = &streams.ahead else { return Err(Errno::AGAIN) };
            let received = Received {
                len: c::scatter(buffers, 0, &datagram.data)?,
                whole: datagram.data.len(),
                from: Some(address::from_wasi(datagram.remote_address)),
            };
            if flags & flags::PEEK == 0 {
                streams.ahead = None;
            }
            Ok(received)
        })
    }

    fn send(&self, buffers: &[Iovec], flags: i32, to: Option<SocketAddr>) -> Result<usize> {
        self.common.take_error()?;
        let to = match to {
            Some(to) => Some(address::destination(self.common.family.accept(to)?)),
            None => None,
        };
        let len = c::total(buffers);
        if len > LONGEST {
            return Err(Errno::MSGSIZE);
        }
        let patience = self.common.patience(flags, &self.common.remembered.send_timeout);
        self.streams(|streams| {
            let remote_address = match (to, streams.peer) {
                (None, None) => return Err(Errno::DESTADDRREQ),
                // The host knows it.
                (None, Some(_)) => None,
                (Some(to), Some(peer)) if to == peer => None,
                // The host sends to no one else while there is a peer.
                (Some(_), Some(_)) => return Err(Errno::ISCONN),
                (Some(to), None) => Some(address::to_wasi(to)),
            };
            let data = c::gather(buffers, 0, len)?.into_owned();
            let datagram = [OutgoingDatagram { data, remote_address }];
            let outgoing = &streams.outgoing;
            wait::until(
                patience,
                || outgoing.subscribe(),
                || match outgoing.check_send()? {
                    0 => Ok(None),
                    _ => Ok((outgoing.send(&datagram)? > 0).then_some(())),
                },
            )?;
            Ok(len)
        })
    }

    fn readable(&self) -> usize {
        match &mut *self.state.borrow_mut() {
            State::Bound(streams) => {
                let _ = streams.look_ahead();
                streams.ahead.as_ref().map_or(0, |datagram| datagram.data.len())
            }
            State::Unbound => 0,
        }
    }

    fn ready(&self, wanted: i16) -> i16 {
        let mut found = 0;
        match &mut *self.state.borrow_mut() {
            State::Unbound => found |= wanted & events::OUT,
            State::Bound(streams) => {
                match streams.look_ahead() {
                    Ok(there) => found |= if there { wanted & events::IN } else { 0 },
                    Err(errno) => self.common.error.set(Some(errno)),
                }
                if wanted & events::OUT != 0 {
                    match streams.outgoing.check_send() {
                        Ok(0) => {}
                        Ok(_) => found |= events::OUT,
                        Err(code) => self.common.error.set(Some(code.into())),
                    }
                }
            }
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
            pollables.push(streams.incoming.subscribe());
        }
    }

    fn get_option(&self, name: Name) -> Result<i32> {
        Ok(match name {
            Name::AcceptConn => 0,
            Name::Hops => self.socket.unicast_hop_limit()?.into(),
            Name::ReceiveBuffer => self.socket.receive_buffer_size()?.try_into().unwrap_or(i32::MAX),
            Name::SendBuffer => self.socket.send_buffer_size()?.try_into().unwrap_or(i32::MAX),
            Name::KeepAlive | Name::KeepCount | Name::KeepIdle | Name::KeepInterval => return Err(Errno::NOPROTOOPT),
        })
    }

    fn set_option(&self, name: Name, value: i32) -> Result {
        match name {
            Name::Hops => self.socket.set_unicast_hop_limit(value.try_into().map_err(|_| Errno::INVAL)?)?,
            Name::ReceiveBuffer => self.socket.set_receive_buffer_size(value.max(1) as u64)?,
            Name::SendBuffer => self.socket.set_send_buffer_size(value.max(1) as u64)?,
            _ => return Err(Errno::NOPROTOOPT),
        }
        Ok(())
    }
}
