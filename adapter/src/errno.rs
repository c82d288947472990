//! Preview1 error numbers, and the one table from WASI 0.2 error codes to them.

use crate::bindings::wasi::filesystem::types::ErrorCode;

/// A preview1 `errno`. A transparent integer, so that no value of it is undefined behaviour.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Errno(u16);

pub type Result<T = ()> = core::result::Result<T, Errno>;

impl Errno {
    pub const SUCCESS: Self = Self(0);
    pub const ACCES: Self = Self(2);
    pub const AGAIN: Self = Self(6);
    pub const ALREADY: Self = Self(7);
    pub const BADF: Self = Self(8);
    pub const BUSY: Self = Self(10);
    pub const DEADLK: Self = Self(16);
    pub const DQUOT: Self = Self(19);
    pub const EXIST: Self = Self(20);
    pub const FAULT: Self = Self(21);
    pub const FBIG: Self = Self(22);
    pub const ILSEQ: Self = Self(25);
    pub const INPROGRESS: Self = Self(26);
    pub const INTR: Self = Self(27);
    pub const INVAL: Self = Self(28);
    pub const IO: Self = Self(29);
    pub const ISDIR: Self = Self(31);
    pub const LOOP: Self = Self(32);
    pub const MFILE: Self = Self(33);
    pub const MLINK: Self = Self(34);
    pub const MSGSIZE: Self = Self(35);
    pub const NAMETOOLONG: Self = Self(37);
    pub const NODEV: Self = Self(43);
    pub const NOENT: Self = Self(44);
    pub const NOLCK: Self = Self(46);
    pub const NOMEM: Self = Self(48);
    pub const NOSPC: Self = Self(51);
    pub const NOTDIR: Self = Self(54);
    pub const NOTEMPTY: Self = Self(55);
    pub const NOTRECOVERABLE: Self = Self(56);
    pub const NOTSOCK: Self = Self(57);
    pub const NOTSUP: Self = Self(58);
    pub const NOTTY: Self = Self(59);
    pub const NXIO: Self = Self(60);
    pub const OVERFLOW: Self = Self(61);
    pub const PERM: Self = Self(63);
    pub const PIPE: Self = Self(64);
    pub const ROFS: Self = Self(69);
    pub const SPIPE: Self = Self(70);
    pub const TXTBSY: Self = Self(74);
    pub const XDEV: Self = Self(75);

    /// What the ABI returns for `result`.
    pub fn of(result: Result) -> Self {
        result.err().unwrap_or(Self::SUCCESS)
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
