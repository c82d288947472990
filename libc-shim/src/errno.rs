//! Error numbers, and the one table from the error codes of `wasi:sockets` to them.

use crate::bindings::wasi::sockets::network::ErrorCode;

/// An `errno` of wasi-libc, which is that of preview1.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Errno(pub u16);

pub type Result<T = ()> = core::result::Result<T, Errno>;

impl Errno {
    pub const ACCES: Self = Self(2);
    pub const ADDRINUSE: Self = Self(3);
    pub const ADDRNOTAVAIL: Self = Self(4);
    pub const AFNOSUPPORT: Self = Self(5);
    pub const AGAIN: Self = Self(6);
    pub const ALREADY: Self = Self(7);
    pub const BADF: Self = Self(8);
    pub const BADMSG: Self = Self(9);
    pub const BUSY: Self = Self(10);
    pub const CHILD: Self = Self(12);
    pub const CONNABORTED: Self = Self(13);
    pub const CONNREFUSED: Self = Self(14);
    pub const CONNRESET: Self = Self(15);
    pub const DEADLK: Self = Self(16);
    pub const DESTADDRREQ: Self = Self(17);
    pub const DOM: Self = Self(18);
    pub const EXIST: Self = Self(20);
    pub const FAULT: Self = Self(21);
    pub const HOSTUNREACH: Self = Self(23);
    pub const INPROGRESS: Self = Self(26);
    pub const INTR: Self = Self(27);
    pub const INVAL: Self = Self(28);
    pub const IO: Self = Self(29);
    pub const ISCONN: Self = Self(30);
    pub const LOOP: Self = Self(32);
    pub const MFILE: Self = Self(33);
    pub const MSGSIZE: Self = Self(35);
    pub const NAMETOOLONG: Self = Self(37);
    pub const NETUNREACH: Self = Self(40);
    pub const NOBUFS: Self = Self(42);
    pub const NODEV: Self = Self(43);
    pub const NOENT: Self = Self(44);
    pub const NOLCK: Self = Self(46);
    pub const NOMEM: Self = Self(48);
    pub const NOPROTOOPT: Self = Self(50);
    pub const NOSYS: Self = Self(52);
    pub const NOTCONN: Self = Self(53);
    pub const NOTDIR: Self = Self(54);
    pub const NOTSOCK: Self = Self(57);
    pub const NOTSUP: Self = Self(58);
    pub const NOTTY: Self = Self(59);
    pub const NXIO: Self = Self(60);
    pub const OVERFLOW: Self = Self(61);
    pub const PERM: Self = Self(63);
    pub const PIPE: Self = Self(64);
    pub const PROTONOSUPPORT: Self = Self(66);
    pub const RANGE: Self = Self(68);
    pub const SPIPE: Self = Self(70);
    pub const SRCH: Self = Self(71);
    pub const TIMEDOUT: Self = Self(73);

    /// The result of an imported function of preview1.
    pub fn check(code: i32) -> Result {
        match code {
            0 => Ok(()),
            code => Err(Self(code as u16)),
        }
    }

    /// The number that a preview1 function returns for `result`.
    pub fn code(result: Result) -> i32 {
        result.err().map_or(0, |errno| errno.0.into())
    }
}

impl From<ErrorCode> for Errno {
    fn from(code: ErrorCode) -> Self {
        match code {
            ErrorCode::Unknown => Self::IO,
            ErrorCode::AccessDenied => Self::ACCES,
            ErrorCode::NotSupported => Self::NOTSUP,
            ErrorCode::InvalidArgument => Self::INVAL,
            ErrorCode::OutOfMemory => Self::NOMEM,
            ErrorCode::Timeout => Self::TIMEDOUT,
            ErrorCode::ConcurrencyConflict => Self::ALREADY,
            ErrorCode::NotInProgress => Self::INVAL,
            ErrorCode::WouldBlock => Self::AGAIN,
            ErrorCode::InvalidState => Self::INVAL,
            ErrorCode::NewSocketLimit => Self::MFILE,
            ErrorCode::AddressNotBindable => Self::ADDRNOTAVAIL,
            ErrorCode::AddressInUse => Self::ADDRINUSE,
            ErrorCode::RemoteUnreachable => Self::HOSTUNREACH,
            ErrorCode::ConnectionRefused => Self::CONNREFUSED,
            ErrorCode::ConnectionReset => Self::CONNRESET,
            ErrorCode::ConnectionAborted => Self::CONNABORTED,
            ErrorCode::DatagramTooLarge => Self::MSGSIZE,
            ErrorCode::NameUnresolvable | ErrorCode::TemporaryResolverFailure | ErrorCode::PermanentResolverFailure => {
                Self::IO
            }
        }
    }
}
