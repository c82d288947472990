//! Names and addresses.
//!
//! | functions | what answers |
//! |---|---|
//! | `getaddrinfo`, `gethostbyname` | the host's name lookup; numbers need none |
//! | `getnameinfo`, `gethostbyaddr` | WASI finds no name for an address, but for those that `localhost` has |
//! | `getservbyname`, `getservbyport` | a table: there is no file to look in |
//! | `gethostname` | `localhost`: a component has no machine |

mod addrinfo;
mod hosts;
mod inet;
mod lookup;
mod nameinfo;
mod services;

/// What `getaddrinfo` and `getnameinfo` fail with; not an `errno`.
type Result<T> = core::result::Result<T, Eai>;

#[derive(Clone, Copy, PartialEq, Eq)]
struct Eai(i32);

impl Eai {
    const BADFLAGS: Self = Self(-1);
    const NONAME: Self = Self(-2);
    const AGAIN: Self = Self(-3);
    const FAIL: Self = Self(-4);
    const NODATA: Self = Self(-5);
    const FAMILY: Self = Self(-6);
    const SOCKTYPE: Self = Self(-7);
    const SERVICE: Self = Self(-8);
    const MEMORY: Self = Self(-10);
    const OVERFLOW: Self = Self(-12);

    fn code(result: Result<()>) -> i32 {
        result.err().map_or(0, |error| error.0)
    }
}
