//! The values of `wasi_snapshot_preview1` as they lie in memory and pass the ABI (its witx file is the source).
//! Enumerations and flags stay integers here: a guest can pass any value, and each function says which it takes.

use crate::errno::{Errno, Result};
use crate::guest::{store_fields, store_whole};

/// A descriptor number.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fd(pub u32);

impl Fd {
    /// The number of nothing: there are never so many.
    pub const NONE: Self = Self(u32::MAX);
}

/// A set of flags that the guest passed, of which only some are defined.
pub fn flags<T: Copy + Into<u64>>(value: T, defined: u64) -> Result<u64> {
    let value = value.into();
    if value & !defined == 0 { Ok(value) } else { Err(Errno::INVAL) }
}

/// A `clockid`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    Realtime,
    Monotonic,
    /// The processor time of the process or of a thread, which neither WASI 0.2 nor preview1 hosts have.
    Cpu,
}

impl Clock {
    pub fn new(id: u32) -> Result<Self> {
        match id {
            0 => Ok(Self::Realtime),
            1 => Ok(Self::Monotonic),
            2 | 3 => Ok(Self::Cpu),
            _ => Err(Errno::INVAL),
        }
    }
}

pub mod fdflags {
    pub const APPEND: u16 = 1 << 0;
    pub const DSYNC: u16 = 1 << 1;
    pub const NONBLOCK: u16 = 1 << 2;
    pub const RSYNC: u16 = 1 << 3;
    pub const SYNC: u16 = 1 << 4;
    pub const ALL: u64 = 0x1f;
}

pub mod oflags {
    pub const CREAT: u64 = 1 << 0;
    pub const DIRECTORY: u64 = 1 << 1;
    pub const EXCL: u64 = 1 << 2;
    pub const TRUNC: u64 = 1 << 3;
    pub const ALL: u64 = 0xf;
}

pub mod lookupflags {
    pub const SYMLINK_FOLLOW: u64 = 1 << 0;
    pub const ALL: u64 = 1;
}

pub mod fstflags {
    pub const ATIM: u64 = 1 << 0;
    pub const ATIM_NOW: u64 = 1 << 1;
    pub const MTIM: u64 = 1 << 2;
    pub const MTIM_NOW: u64 = 1 << 3;
    pub const ALL: u64 = 0xf;
}

/// The rights that are reported: they say what kind of thing a descriptor is and how it was opened, and no more.
/// wasmtime's preview1 host has these, and C libraries take access modes from them (`fcntl(F_GETFL)`, `faccessat`).
pub mod rights {
    pub const FD_READ: u64 = 1 << 1;
    pub const FD_SEEK: u64 = 1 << 2;
    pub const FD_WRITE: u64 = 1 << 6;
    pub const FD_READDIR: u64 = 1 << 14;
    pub const PATH_FILESTAT_SET_SIZE: u64 = 1 << 19;
    pub const FD_FILESTAT_SET_SIZE: u64 = 1 << 22;
    pub const ALL: u64 = (1 << 30) - 1;
    /// Of a preopened directory: `path_*`, `fd_readdir`, `fd_filestat_get` and `fd_filestat_set_times`.
    pub const PREOPEN_BASE: u64 = 0x07b7_fe00;
    /// Of what is opened below one: those, all of `fd_*`, and `poll_fd_readwrite`.
    pub const PREOPEN_INHERITING: u64 = PREOPEN_BASE | 0x0840_01ff;
    /// Of any other directory.
    pub const DIRECTORY: u64 = ALL & !(FD_SEEK | FD_WRITE | FD_FILESTAT_SET_SIZE | PATH_FILESTAT_SET_SIZE);
}

pub mod filetype {
    pub const UNKNOWN: u8 = 0;
    pub const BLOCK_DEVICE: u8 = 1;
    pub const CHARACTER_DEVICE: u8 = 2;
    pub const DIRECTORY: u8 = 3;
    pub const REGULAR_FILE: u8 = 4;
    pub const SOCKET_STREAM: u8 = 6;
    pub const SYMBOLIC_LINK: u8 = 7;
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Fdstat {
    pub filetype: u8,
    pub flags: u16,
    pub rights_base: u64,
    pub rights_inheriting: u64,
}

#[repr(C)]
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Filestat {
    pub dev: u64,
    pub ino: u64,
    pub filetype: u8,
    pub nlink: u64,
    pub size: u64,
    pub atim: u64,
    pub mtim: u64,
    pub ctim: u64,
}

/// The header of a directory entry; its name follows.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Dirent {
    pub next: u64,
    pub ino: u64,
    pub namlen: u32,
    pub filetype: u8,
    pub _pad: [u8; 3],
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Prestat {
    /// 0 is the only one: a directory.
    pub tag: u8,
    pub name_len: u32,
}

/// The result of `adapter_lock_find`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FoundLock {
    pub found: u32,
    pub kind: u32,
    pub first: u64,
    pub last: u64,
    /// -1 if it is not known.
    pub process: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Iovec {
    pub buf: crate::guest::Ptr<u8>,
    pub len: u32,
}

/// A subscription, clock or descriptor; the words of the union are read by what the tag says.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Subscription {
    pub userdata: u64,
    pub tag: u8,
    pub _align: u32,
    /// The clock's id, or the descriptor.
    pub id: u32,
    pub timeout: u64,
    pub precision: u64,
    pub flags: u16,
}

pub mod eventtype {
    pub const CLOCK: u8 = 0;
    pub const FD_READ: u8 = 1;
    pub const FD_WRITE: u8 = 2;
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Event {
    pub userdata: u64,
    pub error: u16,
    pub kind: u8,
    pub nbytes: u64,
    pub flags: u16,
}

store_whole!(Fd);
store_fields!(Fdstat { filetype, flags, rights_base, rights_inheriting });
store_fields!(Filestat { dev, ino, filetype, nlink, size, atim, mtim, ctim });
store_fields!(Prestat { tag, name_len });
store_fields!(FoundLock { found, kind, first, last, process });
store_fields!(Event { userdata, error, kind, nbytes, flags });

const _: () = {
    assert!(size_of::<Fdstat>() == 24);
    assert!(size_of::<Filestat>() == 64);
    assert!(size_of::<Dirent>() == 24);
    assert!(size_of::<Prestat>() == 8);
    assert!(size_of::<FoundLock>() == 32);
    assert!(size_of::<Iovec>() == 8);
    assert!(size_of::<Subscription>() == 48);
    assert!(size_of::<Event>() == 32);
};
