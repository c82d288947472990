//! Addresses of names.

use alloc::vec::Vec;
use core::ffi::CStr;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use super::{Eai, Result, inet};
use crate::address::{self, AF_INET, AF_INET6, AF_UNSPEC};
use crate::bindings::wasi::sockets::ip_name_lookup::resolve_addresses;
use crate::bindings::wasi::sockets::network::ErrorCode;
use crate::network::network;
use crate::{runtime, wait};

pub mod ai {
    pub const PASSIVE: i32 = 1;
    pub const CANONNAME: i32 = 2;
    pub const NUMERICHOST: i32 = 4;
    pub const V4MAPPED: i32 = 8;
    pub const ALL: i32 = 0x10;
    pub const ADDRCONFIG: i32 = 0x20;
    pub const NUMERICSERV: i32 = 0x400;
    pub const KNOWN: i32 = PASSIVE | CANONNAME | NUMERICHOST | V4MAPPED | ALL | ADDRCONFIG | NUMERICSERV;
}

/// The addresses of `node`, a name or a number, or without one those of this machine, with this port.
pub fn addresses(node: Option<&CStr>, flags: i32, family: i32, port: u16) -> Result<Vec<SocketAddr>> {
    let fits = |address: &IpAddr| family == AF_UNSPEC || (family == AF_INET) == address.is_ipv4();
    let Some(node) = node else {
        let both = match flags & ai::PASSIVE != 0 {
            true => [IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)],
            false => [IpAddr::V6(Ipv6Addr::LOCALHOST), IpAddr::V4(Ipv4Addr::LOCALHOST)],
        };
        return list(both.into_iter().filter(fits).map(|ip| SocketAddr::new(ip, port)));
    };
    let text = node.to_str().map_err(|_| Eai::NONAME)?;
    if let Some(address) = scoped(text, port) {
        return if family == AF_INET { Err(Eai::NODATA) } else { list([address.into()]) };
    }
    let number = text.parse().ok().or_else(|| Some(inet::parse(node)?.into()));
    let mut found = match number {
        Some(address) => list([address])?,
        None if flags & ai::NUMERICHOST != 0 => return Err(Eai::NONAME),
        None => resolve(text)?,
    };
    if family == AF_INET6 && flags & ai::V4MAPPED != 0 && (flags & ai::ALL != 0 || !found.iter().any(fits)) {
        for address in &mut found {
            if let IpAddr::V4(v4) = address {
                *address = IpAddr::V6(v4.to_ipv6_mapped());
            }
        }
    }
    found.retain(fits);
    if found.is_empty() { Err(Eai::NODATA) } else { list(found.into_iter().map(|ip| SocketAddr::new(ip, port))) }
}

fn list<T>(values: impl IntoIterator<Item = T>) -> Result<Vec<T>> {
    let mut list = Vec::new();
    for value in values {
        runtime::push(&mut list, value)?;
    }
    Ok(list)
}

/// An IPv6 address with the number of its scope. Names of interfaces are not known here.
fn scoped(text: &str, port: u16) -> Option<SocketAddrV6> {
    let (ip, scope) = text.split_once('%')?;
    Some(SocketAddrV6::new(ip.parse().ok()?, port, 0, scope.parse().ok()?))
}

/// The name of an address, if it is one that `localhost` has.
pub fn name_of(address: IpAddr) -> Option<&'static CStr> {
    const NAME: &CStr = c"localhost";
    (address.is_loopback() && resolve(NAME.to_str().ok()?).ok()?.contains(&address)).then_some(NAME)
}

fn resolve(name: &str) -> Result<Vec<IpAddr>> {
    let error = |code| match code {
        ErrorCode::TemporaryResolverFailure | ErrorCode::Timeout => Eai::AGAIN,
        ErrorCode::NameUnresolvable | ErrorCode::InvalidArgument => Eai::NONAME,
        ErrorCode::OutOfMemory => Eai::MEMORY,
        _ => Eai::FAIL,
    };
    let stream = resolve_addresses(network(), name.as_bytes()).map_err(error)?;
    let mut found = Vec::new();
    loop {
        match stream.resolve_next_address() {
            Ok(Some(address)) => {
                let address = address::ip(address);
                if !found.contains(&address) {
                    runtime::push(&mut found, address)?;
                }
            }
            Ok(None) => return Ok(found),
            Err(ErrorCode::WouldBlock) => wait::any(&[stream.subscribe()], None)?,
            Err(code) => return Err(error(code)),
        }
    }
}
