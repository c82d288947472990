//! The host's socket, and those after it: one of WASI does not connect twice, or go back from listening.

use alloc::vec::Vec;
use core::cell::{Cell, Ref, RefCell};
use core::net::SocketAddr;

use super::options;
use crate::address::{self, Family};
use crate::bindings::wasi::sockets::network::ErrorCode;
use crate::bindings::wasi::sockets::tcp::TcpSocket;
use crate::bindings::wasi::sockets::tcp_create_socket::create_tcp_socket;
use crate::errno::{Errno, Result};
use crate::network::network;
use crate::options::OptionName;
use crate::{runtime, wait};

pub struct Socket {
    host: RefCell<TcpSocket>,
    pub family: Family,
    pub is_bound: Cell<bool>,
    /// The address that `bind` was asked for.
    asked: Cell<Option<SocketAddr>>,
    /// Its name while the host does not say it.
    name: Cell<SocketAddr>,
    /// Options that were set, for the host's next socket.
    options: RefCell<Vec<(OptionName, i32)>>,
    /// Some of them were set when the host did not take them.
    is_behind: Cell<bool>,
}

impl Socket {
    pub fn create(family: Family) -> Result<Self> {
        Ok(Self::new(create_tcp_socket(family.wasi())?, family, false))
    }

    /// One that came to a listener.
    pub fn accepted(host: TcpSocket, family: Family) -> Self {
        Self::new(host, family, true)
    }

    fn new(host: TcpSocket, family: Family, is_bound: bool) -> Self {
        Self {
            host: host.into(),
            family,
            is_bound: is_bound.into(),
            asked: Cell::new(None),
            name: family.any().into(),
            options: RefCell::default(),
            is_behind: Cell::new(false),
        }
    }

    pub fn host(&self) -> Ref<'_, TcpSocket> {
        self.host.borrow()
    }

    pub fn bind(&self, address: SocketAddr) -> Result {
        let host = self.host();
        host.start_bind(network(), address::to_wasi(address))?;
        finish(&host, TcpSocket::finish_bind)?;
        self.is_bound.set(true);
        self.asked.set(Some(address));
        self.name.set(host.local_address().map_or(address, address::from_wasi));
        Ok(())
    }

    /// Binds it once more to the address that it was bound to before there was a new socket of the host.
    pub fn bind_again(&self) -> Result {
        match self.asked.get() {
            Some(address) if !self.is_bound.get() => self.bind(address),
            _ => Ok(()),
        }
    }

    pub fn listen(&self, backlog: u64) -> Result {
        self.bind_again()?;
        if !self.is_bound.get() {
            self.bind(self.family.any())?;
            self.asked.set(None);
        }
        let host = self.host();
        host.set_listen_backlog_size(backlog)?;
        host.start_listen()?;
        finish(&host, TcpSocket::finish_listen)
    }

    /// Its name. While it connects, the host does not say.
    pub fn local(&self) -> SocketAddr {
        self.host().local_address().map_or(self.name.get(), address::from_wasi)
    }

    /// Takes a new socket of the host, with the options of this, when `let_go` has let go of the old one. It has the address,
    /// too, if that was asked for; a port that was not is free again.
    pub fn renew(&self, let_go: impl FnOnce(TcpSocket)) -> Result {
        let port = self.local().port();
        let new = create_tcp_socket(self.family.wasi())?;
        let_go(self.host.replace(new));
        self.is_bound.set(false);
        self.catch_up();
        let mut name = self.asked.get().unwrap_or(self.family.any());
        if name.port() != 0 {
            return self.bind(name);
        }
        name.set_port(port);
        self.name.set(name);
        Ok(())
    }

    /// The host's own, if nothing more is wanted of this.
    pub fn into_host(self) -> TcpSocket {
        self.host.into_inner()
    }

    /// Gives the host's socket all options.
    fn catch_up(&self) {
        for (name, value) in &*self.options.borrow() {
            // The host has taken it before.
            let _ = options::set(&self.host(), *name, *value);
        }
    }

    /// The host has a connection now.
    pub fn connected(&self) {
        if self.is_behind.take() {
            self.catch_up();
        }
    }

    /// Does something with options. While a socket connects, the host has none for it, but for a new one.
    fn with_options<T>(&self, is_connecting: bool, work: impl FnOnce(&TcpSocket) -> Result<T>) -> Result<T> {
        if !is_connecting {
            return work(&self.host());
        }
        let other = create_tcp_socket(self.family.wasi())?;
        for (name, value) in &*self.options.borrow() {
            options::set(&other, *name, *value)?;
        }
        work(&other)
    }

    pub fn get_option(&self, name: OptionName, is_connecting: bool) -> Result<i32> {
        self.with_options(is_connecting, |host| options::get(host, name))
    }

    pub fn set_option(&self, name: OptionName, value: i32, is_connecting: bool) -> Result {
        self.with_options(is_connecting, |host| options::set(host, name, value))?;
        self.is_behind.set(is_connecting);
        let mut options = self.options.borrow_mut();
        match options.iter_mut().find(|(other, _)| *other == name) {
            Some((_, old)) => *old = value,
            None => runtime::push(&mut options, (name, value))?,
        }
        Ok(())
    }
}

/// Waits for the second half of what the host does in two.
fn finish(host: &TcpSocket, half: impl Fn(&TcpSocket) -> core::result::Result<(), ErrorCode>) -> Result {
    wait::until(
        None,
        || host.subscribe(),
        || match half(host) {
            Err(ErrorCode::WouldBlock) => Ok(None),
            result => Ok(Some(result.map_err(Errno::from)?)),
        },
    )
}
