//! Preview1 error numbers, and the one table from WASI 0.2 error codes to them.

use core::num::NonZeroU16;

use crate::bindings::wasi::filesystem::types::ErrorCode;

/// A preview1 `errno` other than `success`. So a [`Result`] without a value is one number, and the same as the ABI returns.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Errno(NonZeroU16);

pub type Result<T = ()> = core::result::Result<T, Errno>;

impl Errno {
    pub const ACCES: Self = Self::new(2);
    pub const AGAIN: Self = Self::new(6);
    pub const ALREADY: Self = Self::new(7);
    pub const BADF: Self = Self::new(8);
    pub const BUSY: Self = Self::new(10);
    pub const DEADLK: Self = Self::new(16);
    pub const DQUOT: Self = Self::new(19);
    pub const EXIST: Self = Self::new(20);
    pub const FAULT: Self = Self::new(21);
    pub const FBIG: Self = Self::new(22);
    pub const ILSEQ: Self = Self::new(25);
    pub const INPROGRESS: Self = Self::new(26);
    pub const INTR: Self = Self::new(27);
    pub const INVAL: Self = Self::new(28);
    pub const IO: Self = Self::new(29);
    pub const ISDIR: Self = Self::new(31);
    pub const LOOP: Self = Self::new(32);
    pub const MFILE: Self = Self::new(33);
    pub const MLINK: Self = Self::new(34);
    pub const MSGSIZE: Self = Self::new(35);
    pub const NAMETOOLONG: Self = Self::new(37);
    pub const NODEV: Self = Self::new(43);
    pub const NOENT: Self = Self::new(44);
    pub const NOLCK: Self = Self::new(46);
    pub const NOMEM: Self = Self::new(48);
    pub const NOSPC: Self = Self::new(51);
    pub const NOSYS: Self = Self::new(52);
    pub const NOTCAPABLE: Self = Self::new(76);
    pub const NOTDIR: Self = Self::new(54);
    pub const NOTEMPTY: Self = Self::new(55);
    pub const NOTRECOVERABLE: Self = Self::new(56);
    pub const NOTSOCK: Self = Self::new(57);
    pub const NOTSUP: Self = Self::new(58);
    pub const NOTTY: Self = Self::new(59);
    pub const NXIO: Self = Self::new(60);
    pub const OVERFLOW: Self = Self::new(61);
    pub const PERM: Self = Self::new(63);
    pub const PIPE: Self = Self::new(64);
    pub const ROFS: Self = Self::new(69);
    pub const SPIPE: Self = Self::new(70);
    pub const TXTBSY: Self = Self::new(74);
    pub const XDEV: Self = Self::new(75);

    const fn new(number: u16) -> Self {
        Self(NonZeroU16::new(number).expect("0 is no error"))
    }

    /// The number that the ABI returns for `result`.
    pub fn code(result: Result) -> u16 {
        result.map_or_else(|errno| errno.0.get(), |()| 0)
    }
}

impl From<ErrorCode> for Errno {
    fn from(code: ErrorCode) -> Self {
        match code {
            ErrorCode::Access => Self::ACCES,
            ErrorCode::WouldBlock => Self::AGAIN,
            ErrorCode::Already => Self::ALREADY,
            ErrorCode::BadDescriptor => Self::BADF,
            ErrorCode::Busy => Self::BUSY,
            ErrorCode::Deadlock => Self::DEADLK,
            ErrorCode::Quota => Self::DQUOT,
            ErrorCode::Exist => Self::EXIST,
            ErrorCode::FileTooLarge => Self::FBIG,
            ErrorCode::IllegalByteSequence => Self::ILSEQ,
            ErrorCode::InProgress => Self::INPROGRESS,
            ErrorCode::Interrupted => Self::INTR,
            ErrorCode::Invalid => Self::INVAL,
            ErrorCode::Io => Self::IO,
            ErrorCode::IsDirectory => Self::ISDIR,
            ErrorCode::Loop => Self::LOOP,
            ErrorCode::TooManyLinks => Self::MLINK,
            ErrorCode::MessageSize => Self::MSGSIZE,
            ErrorCode::NameTooLong => Self::NAMETOOLONG,
            ErrorCode::NoDevice => Self::NODEV,
            ErrorCode::NoEntry => Self::NOENT,
            ErrorCode::NoLock => Self::NOLCK,
            ErrorCode::InsufficientMemory => Self::NOMEM,
            ErrorCode::InsufficientSpace => Self::NOSPC,
            ErrorCode::NotDirectory => Self::NOTDIR,
            ErrorCode::NotEmpty => Self::NOTEMPTY,
            ErrorCode::NotRecoverable => Self::NOTRECOVERABLE,
            ErrorCode::Unsupported => Self::NOTSUP,
            ErrorCode::NoTty => Self::NOTTY,
            ErrorCode::NoSuchDevice => Self::NXIO,
            ErrorCode::Overflow => Self::OVERFLOW,
            ErrorCode::NotPermitted => Self::PERM,
            ErrorCode::Pipe => Self::PIPE,
            ErrorCode::ReadOnly => Self::ROFS,
            ErrorCode::InvalidSeek => Self::SPIPE,
            ErrorCode::TextFileBusy => Self::TXTBSY,
            ErrorCode::CrossDevice => Self::XDEV,
        }
    }
}
