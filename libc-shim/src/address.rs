//! Addresses: `struct sockaddr` and what `wasi:sockets` has for it.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use crate::bindings::wasi::sockets::network::{
    IpAddress, IpAddressFamily, IpSocketAddress, Ipv4SocketAddress, Ipv6SocketAddress,
};
use crate::c;
use crate::errno::{Errno, Result};

pub const AF_UNSPEC: i32 = 0;
pub const AF_INET: i32 = 1;
pub const AF_INET6: i32 = 2;
pub const AF_UNIX: i32 = 3;

pub const IPPROTO_TCP: i32 = 6;
pub const IPPROTO_UDP: i32 = 17;

/// `struct sockaddr_in`, without what C aligns it by.
const V4_LEN: usize = 16;
/// `struct sockaddr_in6` up to the end of its last member.
const V6_LEN: usize = 28;
/// The same without the scope, with which it once ended.
const V6_LEAST: usize = 24;
/// `struct sockaddr_in6`
const V6_SIZE: usize = 32;

/// The result of `getsockname`.
pub enum Address {
    Ip(SocketAddr),
    /// The address of a socket from `socketpair`.
    Unix,
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        Self::Ip(address)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Family {
    V4,
    V6,
}

impl Family {
    pub fn new(number: i32) -> Result<Self> {
        match number {
            AF_INET => Ok(Self::V4),
            AF_INET6 => Ok(Self::V6),
            _ => Err(Errno::AFNOSUPPORT),
        }
    }

    pub fn number(self) -> i32 {
        match self {
            Self::V4 => AF_INET,
            Self::V6 => AF_INET6,
        }
    }

    pub fn wasi(self) -> IpAddressFamily {
        match self {
            Self::V4 => IpAddressFamily::Ipv4,
            Self::V6 => IpAddressFamily::Ipv6,
        }
    }

    /// Any address, any port.
    pub fn any(self) -> SocketAddr {
        match self {
            Self::V4 => SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0),
            Self::V6 => SocketAddr::new(IpAddr::V6(Ipv6Addr::UNSPECIFIED), 0),
        }
    }

    /// `address`, if a socket of this family can have it.
    pub fn accept(self, address: SocketAddr) -> Result<SocketAddr> {
        if address.is_ipv4() == (self == Self::V4) { Ok(address) } else { Err(Errno::AFNOSUPPORT) }
    }
}

/// Reads a `struct sockaddr` for a socket of the family `domain`; none if its own is `AF_UNSPEC`.
pub fn read_for(domain: i32, start: *const u8, len: u32) -> Result<Option<SocketAddr>> {
    let address = read(start, len)?;
    // Linux looks at the length first.
    if domain == AF_INET6 && address.is_some() && (len as usize) < V6_LEAST { Err(Errno::INVAL) } else { Ok(address) }
}

/// Reads a `struct sockaddr`; none if its family is `AF_UNSPEC`.
pub fn read(start: *const u8, len: u32) -> Result<Option<SocketAddr>> {
    let len = len as usize;
    if len < 2 {
        return Err(Errno::INVAL);
    }
    let bytes = c::slice(start, len)?;
    let family = i32::from(u16::from_le_bytes([bytes[0], bytes[1]]));
    let needed = match family {
        AF_UNSPEC => return Ok(None),
        AF_INET => V4_LEN,
        AF_INET6 => V6_LEN,
        _ => return Err(Errno::AFNOSUPPORT),
    };
    if len < needed {
        return Err(Errno::INVAL);
    }
    let word = |at: usize| [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
    let port = u16::from_be_bytes([bytes[2], bytes[3]]);
    Ok(Some(if family == AF_INET {
        SocketAddrV4::new(Ipv4Addr::from(word(4)), port).into()
    } else {
        let mut octets = [0; 16];
        octets.copy_from_slice(&bytes[8..24]);
        let (flow, scope) = (u32::from_be_bytes(word(4)), u32::from_le_bytes(word(24)));
        SocketAddrV6::new(Ipv6Addr::from(octets), port, flow, scope).into()
    }))
}

/// An address as C has it: the bytes, and how many there are.
pub fn bytes(address: SocketAddr) -> ([u8; V6_SIZE], usize) {
    let mut bytes = [0; V6_SIZE];
    bytes[2..4].copy_from_slice(&address.port().to_be_bytes());
    match address {
        SocketAddr::V4(address) => {
            bytes[0] = AF_INET as u8;
            bytes[4..8].copy_from_slice(&address.ip().octets());
            (bytes, V4_LEN)
        }
        SocketAddr::V6(address) => {
            bytes[0] = AF_INET6 as u8;
            bytes[4..8].copy_from_slice(&address.flowinfo().to_be_bytes());
            bytes[8..24].copy_from_slice(&address.ip().octets());
            bytes[24..28].copy_from_slice(&address.scope_id().to_le_bytes());
            (bytes, V6_SIZE)
        }
    }
}

/// Puts `address` where there is room for `*len` bytes, and its whole length into `*len`. A caller that does not want it
/// gives no place.
pub fn write(address: Address, start: *mut u8, len: *mut u32) -> Result {
    if start.is_null() {
        return Ok(());
    }
    let (bytes, whole) = match address {
        Address::Ip(address) => bytes(address),
        Address::Unix => {
            let mut bytes = [0; V6_SIZE];
            bytes[0] = AF_UNIX as u8;
            (bytes, 2)
        }
    };
    let room = c::get(len)?;
    if room > i32::MAX as u32 {
        return Err(Errno::INVAL);
    }
    let room = whole.min(room as usize);
    c::slice_mut(start, room)?.copy_from_slice(&bytes[..room]);
    c::put(len, whole as u32)
}

/// The destination of a connection to `address`: the unspecified address means this machine, though not in WASI.
pub fn destination(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        });
    }
    address
}

pub fn ip(address: IpAddress) -> IpAddr {
    match address {
        IpAddress::Ipv4((a, b, c, d)) => IpAddr::V4(Ipv4Addr::new(a, b, c, d)),
        IpAddress::Ipv6((a, b, c, d, e, f, g, h)) => IpAddr::V6(Ipv6Addr::new(a, b, c, d, e, f, g, h)),
    }
}

pub fn from_wasi(address: IpSocketAddress) -> SocketAddr {
    match address {
        IpSocketAddress::Ipv4(it) => SocketAddr::new(ip(IpAddress::Ipv4(it.address)), it.port),
        IpSocketAddress::Ipv6(it) => {
            let (a, b, c, d, e, f, g, h) = it.address;
            let ip = Ipv6Addr::new(a, b, c, d, e, f, g, h);
            SocketAddrV6::new(ip, it.port, it.flow_info, it.scope_id).into()
        }
    }
}

pub fn to_wasi(address: SocketAddr) -> IpSocketAddress {
    match address {
        SocketAddr::V4(it) => {
            let [a, b, c, d] = it.ip().octets();
            IpSocketAddress::Ipv4(Ipv4SocketAddress { port: it.port(), address: (a, b, c, d) })
        }
        SocketAddr::V6(it) => {
            let [a, b, c, d, e, f, g, h] = it.ip().segments();
            IpSocketAddress::Ipv6(Ipv6SocketAddress {
                port: it.port(),
                flow_info: it.flowinfo(),
                address: (a, b, c, d, e, f, g, h),
                scope_id: it.scope_id(),
            })
        }
    }
}
