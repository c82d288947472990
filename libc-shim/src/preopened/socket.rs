//! The lists of sockets, and how each is opened.

use alloc::ffi::CString;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::Cell;
use core::net::SocketAddr;

use super::{environ, report, settings};
use crate::address::{AF_UNSPEC, Family};
use crate::calls::names::lookup::addresses;
use crate::errno::{Errno, Result};
use crate::runtime;
use crate::table::Shared;
use crate::tcp::Tcp;
use crate::udp::Udp;

const BACKLOG: u64 = 4096;

/// The use of a socket.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Listener,
    Connection,
}

impl Role {
    fn variable(self) -> &'static str {
        match self {
            Role::Listener => "WASI_LISTEN",
            Role::Connection => "WASI_CONNECT",
        }
    }

    /// The list of the linker.
    fn linked(self) -> Result<Vec<u8>> {
        match self {
            Role::Listener => linked::listeners(),
            Role::Connection => linked::connections(),
        }
    }

    /// Adds all sockets of this role: those of the variable, if there is one, in place of those of the linker.
    pub fn all(self, sockets: &mut Vec<Socket>) -> Result {
        let list = match environ::variable(self.variable().as_bytes())? {
            Some(list) => list,
            None => self.linked()?,
        };
        for text in list.split(|byte| *byte == b',').map(<[u8]>::trim_ascii).filter(|text| !text.is_empty()) {
            let text = core::str::from_utf8(text).unwrap_or("\u{fffd}");
            let socket = Socket::new(self, text)?;
            if socket.parts().is_none() {
                report::malformed(self.variable(), &socket);
            }
            runtime::push(sockets, socket)?;
        }
        Ok(())
    }
}

/// The lists that the linker was given, by a layer below.
mod linked {
    #![allow(unsafe_code)]

    use alloc::vec::Vec;

    use crate::errno::Result;
    use crate::runtime;

    /// Each puts the list where there is room for it, and returns how long it is.
    mod layer {
        #[link(wasm_import_module = "wasi_adapt:sockets")]
        unsafe extern "C" {
            pub fn listeners(to: *mut u8, room: usize) -> usize;
            pub fn connections(to: *mut u8, room: usize) -> usize;
        }
    }

    // Both are called directly: the linker leaves out what is not, unless its address is taken.
    pub fn listeners() -> Result<Vec<u8>> {
        // SAFETY: `read` gives it room.
        read(|to, room| unsafe { layer::listeners(to, room) })
    }

    pub fn connections() -> Result<Vec<u8>> {
        // SAFETY: `read` gives it room.
        read(|to, room| unsafe { layer::connections(to, room) })
    }

    fn read(list: impl Fn(*mut u8, usize) -> usize) -> Result<Vec<u8>> {
        let len = list(core::ptr::null_mut(), 0);
        let mut text = runtime::zeros(len)?;
        list(text.as_mut_ptr(), len);
        Ok(text)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Protocol {
    Tcp,
    Udp,
}

/// A socket as it was asked for: `tcp:HOST:PORT` or `udp:HOST:PORT`, with `=NAME` behind it if it has a name.
pub struct Socket {
    pub role: Role,
    pub text: String,
    /// It is still to be opened.
    pub is_waiting: Cell<bool>,
}

impl Socket {
    fn new(role: Role, text: &str) -> Result<Self> {
        let mut copy = String::new();
        copy.try_reserve(text.len()).map_err(|_| Errno::NOMEM)?;
        copy.push_str(text);
        Ok(Self { role, text: copy, is_waiting: Cell::new(true) })
    }

    /// The text without the name, and the name.
    pub fn split(&self) -> (&str, Option<&str>) {
        match self.text.split_once('=') {
            Some((socket, name)) => (socket, Some(name)),
            None => (&self.text, None),
        }
    }

    fn parts(&self) -> Option<(Protocol, &str, u16)> {
        let (protocol, place) = self.split().0.split_once(':')?;
        let protocol = match protocol {
            "tcp" => Protocol::Tcp,
            "udp" => Protocol::Udp,
            _ => return None,
        };
        let (host, port) = place.rsplit_once(':')?;
        let host = match host.strip_prefix('[') {
            Some(host) => host.strip_suffix(']')?,
            None if host.contains(':') => return None,
            None => host,
        };
        Some((protocol, host, port.parse().ok()?)).filter(|_| !host.is_empty())
    }

    pub fn open(&self) -> Result<Shared> {
        let (protocol, host, port) = self.parts().ok_or(Errno::INVAL)?;
        match self.role {
            Role::Listener if settings::listens() != 0 => listen(protocol, numeric(host, port).ok_or(Errno::INVAL)?),
            Role::Connection if settings::connects() != 0 => connect(protocol, host, port),
            // The linker has left out the code for it.
            _ => Err(Errno::NOTSUP),
        }
    }
}

fn numeric(host: &str, port: u16) -> Option<SocketAddr> {
    let host = if host == "localhost" { "127.0.0.1" } else { host };
    Some(SocketAddr::new(host.parse().ok()?, port))
}

fn create(protocol: Protocol, address: SocketAddr, nonblocking: bool) -> Result<Shared> {
    let family = if address.is_ipv4() { Family::V4 } else { Family::V6 };
    match protocol {
        Protocol::Tcp => Tcp::create(family, nonblocking),
        Protocol::Udp => Udp::create(family, nonblocking),
    }
}

/// A listener does not block, as those that wasmtime gave to modules did not.
fn listen(protocol: Protocol, address: SocketAddr) -> Result<Shared> {
    let socket = create(protocol, address, protocol == Protocol::Tcp)?;
    socket.bind(address)?;
    if protocol == Protocol::Tcp {
        socket.listen(BACKLOG)?;
    }
    Ok(socket)
}

/// Tries the addresses of the host one after the other.
fn connect(protocol: Protocol, host: &str, port: u16) -> Result<Shared> {
    if let Some(address) = numeric(host, port) {
        return connect_to(protocol, address);
    }
    let mut name = Vec::new();
    name.try_reserve_exact(host.len() + 1).map_err(|_| Errno::NOMEM)?;
    name.extend_from_slice(host.as_bytes());
    let name = CString::new(name).map_err(|_| Errno::INVAL)?;
    let mut outcome = Err(Errno::NOENT);
    for address in addresses(Some(&name), 0, AF_UNSPEC, port).map_err(|_| Errno::NOENT)? {
        outcome = connect_to(protocol, address);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

fn connect_to(protocol: Protocol, address: SocketAddr) -> Result<Shared> {
    let socket = create(protocol, address, false)?;
    socket.connect(Some(address))?;
    Ok(socket)
}
