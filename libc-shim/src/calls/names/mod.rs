//! Names and addresses.
//!
//! | functions | source |
//! |---|---|
//! | `getaddrinfo`, `gethostbyname` | the host's name lookup; numbers need none |
//! | `getnameinfo`, `gethostbyaddr` | WASI finds no name for an address, but for those that `localhost` has |
//! | `getservbyname`, `getservbyport`, `getprotobyname` | tables: there is no file to look in |
//! | `gethostent`, `getnetent`, `getservent` | lists that are in files elsewhere, and empty here |
//! | `if_nametoindex` | no interface is seen |
//! | `gethostname` | `localhost`: a component has no machine |

pub mod addrinfo;
mod databases;
pub mod hosts;
mod inet;
mod interfaces;
pub mod lookup;
mod nameinfo;
mod protocols;
mod services;
mod text;

#[cfg(feature = "layer")]
use alloc::vec::Vec;
use core::ffi::c_char;
#[cfg(feature = "layer")]
use core::{ffi::CStr, net::SocketAddr};

use crate::errno::Errno;
use crate::one_thread::OneThread;

/// `getaddrinfo` and `getnameinfo` fail with codes of their own.
pub type Result<T> = core::result::Result<T, Eai>;

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Eai(i32);

impl Eai {
    pub const BADFLAGS: Self = Self(-1);
    pub const NONAME: Self = Self(-2);
    pub const AGAIN: Self = Self(-3);
    pub const FAIL: Self = Self(-4);
    pub const NODATA: Self = Self(-5);
    pub const FAMILY: Self = Self(-6);
    pub const SOCKTYPE: Self = Self(-7);
    pub const SERVICE: Self = Self(-8);
    pub const MEMORY: Self = Self(-10);
    pub const OVERFLOW: Self = Self(-12);

    fn code(result: Result<()>) -> i32 {
        result.err().map_or(0, |error| error.0)
    }
}

impl From<Errno> for Eai {
    fn from(errno: Errno) -> Self {
        if errno == Errno::NOMEM { Self::MEMORY } else { Self::FAIL }
    }
}

/// The addresses of a host and a service, as `getaddrinfo` finds them.
#[cfg(feature = "layer")]
pub fn addresses_of(host: Option<&CStr>, service: Option<&CStr>, flags: i32, family: i32) -> Result<Vec<SocketAddr>> {
    if host.is_none() && service.is_none() {
        return Err(Eai::NONAME);
    }
    let numeric = flags & lookup::ai::NUMERICSERV != 0;
    let port = service.map_or(Ok(0), |service| addrinfo::port(service, numeric, None))?;
    lookup::addresses(host, flags, family, port)
}

/// The list of other names of what has none.
static NO_ALIASES: OneThread<[*const c_char; 1]> = OneThread([core::ptr::null()]);
