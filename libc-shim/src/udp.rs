//! UDP over `wasi:sockets/udp`.

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
use crate::description::{Common, Description, Ended, How, Kind, Received, flags, pollfd};
use crate::errno::{Errno, Result};
use crate::network::network;
use crate::options::{self, OptionName};
use crate::runtime::{self, Room};
use crate::table::Shared;
use crate::wait;

/// The longest datagram that IP can carry.
const LONGEST: usize = 65_535;

/// A datagram takes no more besides its bytes, in words of 4 bytes.
const RECORD: usize = 16;
const _: () = assert!(size_of::<IncomingDatagram>() <= 4 * RECORD && size_of::<OutgoingDatagram>() <= 4 * RECORD);

/// A host needs a moment sometimes: to be ready where its pollable says that it is, or to let go of a socket that it was
/// given back.
const PAUSE: u64 = 5_000_000;

/// After this it does not any more.
const GIVE_UP: u64 = 2_000_000_000;

/// The streams of a bound socket. Making new ones ends these, so they are dropped first.
struct Streams {
    incoming: IncomingDatagramStream,
    outgoing: OutgoingDatagramStream,
    peer: Option<SocketAddr>,
}

/// The state of a socket: `Unbound` until `bind` or the first call that needs an address; then `Bound`, with other streams
/// after each `connect`.
enum State {
    Unbound,
    Bound(Streams),
}

/// The host wants its resources back in the order of the fields.
pub struct Udp {
    state: RefCell<State>,
    socket: RefCell<UdpSocket>,
    family: Family,
    /// Received, but only looked at.
    ahead: RefCell<Option<Datagram>>,
    ended: Cell<Ended>,
    /// The host is asked for datagrams, and waits for the next.
    is_awaited: Cell<bool>,
    refusal: Cell<Refusal>,
    common: Common,
}

struct Datagram {
    data: Vec<u8>,
    from: SocketAddr,
}

/// A refusal of the peer, at whose port nobody listens, is an error of the socket. The host reports it to a send; to a wait
/// it reports something to receive, although there is nothing.
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
        let room = Room::reserve()?;
        Ok(room.share(Self {
            state: State::Unbound.into(),
            socket: create_udp_socket(family.wasi())?.into(),
            family,
            ahead: RefCell::default(),
            ended: Cell::default(),
            is_awaited: Cell::new(false),
            refusal: Cell::new(Refusal::None),
            common: Common::new(nonblocking),
        }))
    }

    fn is_bound(&self) -> bool {
        !matches!(*self.state.borrow(), State::Unbound)
    }

    fn bind_to(&self, address: SocketAddr) -> Result {
        self.bind_host(address)?;
        self.open(None)
    }

    fn bind_host(&self, address: SocketAddr) -> Result {
        let socket = self.socket.borrow();
        socket.start_bind(network(), address::to_wasi(address))?;
        wait::until(
            None,
            || socket.subscribe(),
            || match socket.finish_bind() {
                Err(ErrorCode::WouldBlock) => Ok(None),
                result => Ok(Some(result?)),
            },
        )
    }

    /// Takes a new socket of the host to the same address. Of the old one the host may go on waiting for a datagram after
    /// its streams have gone, and would trap if there were new ones.
    fn renew(&self) -> Result {
        let new = create_udp_socket(self.family.wasi())?;
        let old = self.socket.borrow().local_address()?;
        // Sizes and hops are as usual if the host does not say, or take, them.
        let _ = self.socket.borrow().unicast_hop_limit().map(|hops| new.set_unicast_hop_limit(hops));
        let _ = self.socket.borrow().receive_buffer_size().map(|size| new.set_receive_buffer_size(size));
        let _ = self.socket.borrow().send_buffer_size().map(|size| new.set_send_buffer_size(size));
        drop(self.socket.replace(new));
        let deadline = wait::deadline(GIVE_UP);
        loop {
            match self.bind_host(address::from_wasi(old)) {
                Err(Errno::ADDRINUSE) if !wait::is_over(deadline) => wait::any(&[], Some(wait::deadline(PAUSE)))?,
                result => return result,
            }
        }
    }

    /// Takes new streams, for one peer or for all. The host wants the old ones back before.
    fn open(&self, peer: Option<SocketAddr>) -> Result {
        *self.state.borrow_mut() = State::Unbound;
        if self.is_awaited.take() {
            self.renew()?;
        }
        let open = |peer: Option<SocketAddr>| -> Result {
            let (incoming, outgoing) = self.socket.borrow().stream(peer.map(address::to_wasi))?;
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
            self.is_awaited.set(true);
            self.unless_told(receive(&streams.incoming, &mut ahead))?;
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
            from: Some(datagram.from),
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
        timeout: Option<u64>,
    ) -> Result {
        let datagram = [OutgoingDatagram { data, remote_address: remote_address.map(address::to_wasi) }];
        let outgoing = &streams.outgoing;
        let attempt = || -> Result<u64> {
            match outgoing.check_send()? {
                0 => Ok(0),
                _ => Ok(runtime::lend(&mut [], &mut [0; RECORD], || outgoing.send(&datagram))?),
            }
        };
        wait::until(
            timeout,
            || outgoing.subscribe(),
            || match self.unless_told(attempt())? {
                Some(sent) => Ok((sent > 0).then_some(())),
                None => Ok((attempt()? > 0).then_some(())),
            },
        )
    }
}

/// Takes the next datagram from the host, if there is one. It comes to where any has room, and stays where it has its own.
fn receive(incoming: &IncomingDatagramStream, ahead: &mut Option<Datagram>) -> Result {
    let mut room = runtime::zeros(LONGEST)?;
    runtime::lend(&mut room, &mut [0; RECORD], || {
        let Some(IncomingDatagram { data, remote_address }) = incoming.receive(1)?.pop() else { return Ok(()) };
        let mut copy = Vec::new();
        // Without memory for it, it is lost, as on Linux.
        copy.try_reserve_exact(data.len()).map_err(|_| Errno::NOMEM)?;
        copy.extend_from_slice(&data);
        *ahead = Some(Datagram { data: copy, from: address::from_wasi(remote_address) });
        Ok(())
    })
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
        Ok(address::from_wasi(self.socket.borrow().local_address()?).into())
    }

    fn remote(&self) -> Result<Address> {
        match &*self.state.borrow() {
            State::Bound(Streams { peer: Some(peer), .. }) => Ok((*peer).into()),
            _ => Err(Errno::NOTCONN),
        }
    }

    /// There is no connection whose end the peer could learn of.
    fn shutdown(&self, how: How) -> Result {
        self.ended.set(self.ended.get().and(how));
        self.remote().map(|_| ())
    }

    fn receive(&self, buffers: &[Iovec], flags: i32) -> Result<Received> {
        self.common.take_error()?;
        let timeout = self.common.timeout(flags, &self.common.remembered.receive_timeout);
        let peek = flags & flags::MSG_PEEK != 0;
        let state = self.state.borrow();
        // A call that does not wait is not told of the end.
        let end = (self.ended.get().receive && timeout != Some(0)).then(|| Received::part(0));
        let State::Bound(streams) = &*state else {
            // Nobody can send to an unbound socket.
            return wait::for_nobody(timeout, || Ok(end));
        };
        wait::until(
            timeout,
            || self.incoming(streams),
            || {
                if self.look_ahead(streams)? || (end.is_none() && self.look_again(streams)?) {
                    return self.take(buffers, peek);
                }
                Ok(end)
            },
        )
    }

    fn send(&self, buffers: &[Iovec], flags: i32, to: Option<SocketAddr>) -> Result<usize> {
        self.common.take_error()?;
        let to = match to {
            Some(to) => Some(address::destination(self.family.accept(to)?)),
            None => None,
        };
        let len = c::total(buffers);
        if len > LONGEST {
            return Err(Errno::MSGSIZE);
        }
        let data = c::gathered(buffers, 0, len)?;
        let timeout = self.common.timeout(flags, &self.common.remembered.send_timeout);
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
            if self.ended.get().send {
                return Err(Errno::PIPE);
            }
            self.send_by(streams, data, to, timeout)
        })?;
        Ok(len)
    }

    fn readable(&self) -> Result<usize> {
        if let State::Bound(streams) = &*self.state.borrow()
            && let Err(errno) = self.look_ahead(streams)
        {
            self.common.error.set(Some(errno));
        }
        Ok(self.ahead.borrow().as_ref().map_or(0, |datagram| datagram.data.len()))
    }

    fn ready(&self, events: i16) -> i16 {
        let mut revents = self.ended.get().events(events);
        match &*self.state.borrow() {
            State::Unbound => revents |= events & pollfd::POLLOUT,
            State::Bound(streams) => {
                // Both are asked first: it is then that the host looks what has come.
                if events & pollfd::POLLOUT != 0 {
                    match streams.outgoing.check_send() {
                        Ok(0) => {}
                        Ok(_) => revents |= pollfd::POLLOUT,
                        Err(code) => self.common.error.set(Some(code.into())),
                    }
                }
                let there = self.look_ahead(streams).and_then(|there| Ok(there || self.look_again(streams)?));
                match there {
                    Ok(there) => revents |= if there { events & pollfd::POLLIN } else { 0 },
                    Err(errno) => self.common.error.set(Some(errno)),
                }
            }
        }
        match self.common.error.get() {
            Some(_) => events & (pollfd::POLLIN | pollfd::POLLOUT) | pollfd::POLLERR,
            None => revents,
        }
    }

    fn subscribe(&self, events: i16, pollables: &mut Vec<Pollable>) -> Result {
        if let State::Bound(streams) = &*self.state.borrow() {
            if events & pollfd::POLLOUT != 0 {
                runtime::push(pollables, streams.outgoing.subscribe())?;
            }
            if self.ahead.borrow().is_none() {
                runtime::push(pollables, self.incoming(streams))?;
            }
        }
        Ok(())
    }

    fn get_option(&self, name: OptionName) -> Result<i32> {
        Ok(match name {
            OptionName::AcceptConn => 0,
            OptionName::Hops => self.socket.borrow().unicast_hop_limit()?.into(),
            OptionName::ReceiveBuffer => self.socket.borrow().receive_buffer_size()?.try_into().unwrap_or(i32::MAX),
            OptionName::SendBuffer => self.socket.borrow().send_buffer_size()?.try_into().unwrap_or(i32::MAX),
            OptionName::V6Only => 1,
            OptionName::KeepAlive | OptionName::KeepCount | OptionName::KeepIdle | OptionName::KeepInterval => {
                return Err(Errno::NOPROTOOPT);
            }
        })
    }

    fn set_option(&self, name: OptionName, value: i32) -> Result {
        match name {
            OptionName::Hops => self.socket.borrow().set_unicast_hop_limit(options::hops(value)?)?,
            OptionName::ReceiveBuffer => self.socket.borrow().set_receive_buffer_size(value.max(1) as u64)?,
            OptionName::SendBuffer => self.socket.borrow().set_send_buffer_size(value.max(1) as u64)?,
            OptionName::V6Only if self.is_bound() => return Err(Errno::INVAL),
            OptionName::V6Only if value == 0 => return Err(Errno::NOTSUP),
            OptionName::V6Only => {}
            _ => return Err(Errno::NOPROTOOPT),
        }
        Ok(())
    }
}
