//! `wasi_unstable`, which is snapshot 0, beside preview1. Both have the same functions, but four of them have other types:
//!
//! | function | in snapshot 0 |
//! |---|---|
//! | `fd_filestat_get`, `path_filestat_get` | `nlink` has 32 bits, and what follows it lies elsewhere |
//! | `fd_seek` | `whence` counts current, end, set |
//! | `poll_oneoff` | the subscription of a clock begins with an identifier |
//!
//! The packer copies each of these four, and [`intrinsics::unstable`] is true in the copy. No other function may call that
//! intrinsic, so everything here is inlined.

use crate::errno::{Errno, Result};
use crate::guest::{Inputs, Out, Ptr, store_fields};
use crate::intrinsics;
use crate::types::{Filestat, Subscription, eventtype};

/// The base of a relative offset.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Whence {
    Set,
    Cur,
    End,
}

impl Whence {
    #[inline(always)]
    pub fn of(number: u32) -> Result<Self> {
        if intrinsics::unstable() {
            match number {
                0 => Ok(Self::Cur),
                1 => Ok(Self::End),
                2 => Ok(Self::Set),
                _ => Err(Errno::INVAL),
            }
        } else {
            match number {
                0 => Ok(Self::Set),
                1 => Ok(Self::Cur),
                2 => Ok(Self::End),
                _ => Err(Errno::INVAL),
            }
        }
    }
}

/// A checked place for the attributes of a file.
pub enum FilestatOut {
    Preview1(Out<Filestat>),
    Unstable(Out<UnstableFilestat>),
}

impl FilestatOut {
    #[inline(always)]
    pub fn check(result: Ptr<Filestat>) -> Result<Self> {
        Ok(if intrinsics::unstable() {
            Self::Unstable(result.cast().check()?)
        } else {
            Self::Preview1(result.check()?)
        })
    }

    #[inline(always)]
    pub fn set(self, stat: Filestat) {
        match self {
            Self::Preview1(out) => out.set(stat),
            Self::Unstable(out) => out.set(stat.into()),
        }
    }
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct UnstableFilestat {
    dev: u64,
    ino: u64,
    filetype: u8,
    nlink: u32,
    size: u64,
    atim: u64,
    mtim: u64,
    ctim: u64,
}

store_fields!(UnstableFilestat { dev, ino, filetype, nlink, size, atim, mtim, ctim });

impl From<Filestat> for UnstableFilestat {
    #[inline(always)]
    fn from(Filestat { dev, ino, filetype, nlink, size, atim, mtim, ctim }: Filestat) -> Self {
        let nlink = nlink.try_into().unwrap_or(u32::MAX);
        Self { dev, ino, filetype, nlink, size, atim, mtim, ctim }
    }
}

/// The guest's subscriptions, checked. It gives away each once.
pub enum Subscriptions {
    Preview1(Inputs<Subscription>),
    Unstable(Inputs<UnstableSubscription>),
}

impl Subscriptions {
    #[inline(always)]
    pub fn check(start: Ptr<Subscription>, count: u32) -> Result<Self> {
        Ok(if intrinsics::unstable() {
            Self::Unstable(start.cast().inputs(count)?)
        } else {
            Self::Preview1(start.inputs(count)?)
        })
    }
}

impl Iterator for Subscriptions {
    type Item = Subscription;

    #[inline(always)]
    fn next(&mut self) -> Option<Subscription> {
        match self {
            Self::Preview1(inputs) => inputs.next(),
            Self::Unstable(inputs) => inputs.next().map(Subscription::from),
        }
    }
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct UnstableSubscription {
    userdata: u64,
    tag: u8,
    _align: u32,
    /// The descriptor, or one half of the clock's identifier, which is the program's own and nothing to a host.
    fd: u32,
    _identifier: u32,
    clock: u32,
    timeout: u64,
    precision: u64,
    flags: u16,
}

impl From<UnstableSubscription> for Subscription {
    #[inline(always)]
    fn from(subscription: UnstableSubscription) -> Self {
        let UnstableSubscription { userdata, tag, fd, clock, timeout, precision, flags, .. } = subscription;
        let id = if tag == eventtype::CLOCK { clock } else { fd };
        Self { userdata, tag, id, timeout, precision, flags, ..Self::default() }
    }
}

const _: () = {
    assert!(size_of::<UnstableFilestat>() == 56);
    assert!(size_of::<UnstableSubscription>() == 56);
};
