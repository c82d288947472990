//! Attributes of files, between WASI 0.2 and preview1.

use core::cell::Cell;

use crate::bindings::wasi::filesystem::types::{Datetime, DescriptorStat, MetadataHashValue, NewTimestamp};
use crate::errno::{Errno, Result};
use crate::file::filetype_of;
use crate::types::{Fd, Filestat, flags, fstflags};

const NANOSECONDS: u64 = 1_000_000_000;

/// The device on which all files of the host seem to be. WASI 0.2 does not tell.
const DEVICE: u64 = 1;

/// All but the inode number, for which [`inode`] is there.
#[inline(always)] // else the attributes are copied twice
pub fn filestat(stat: &DescriptorStat) -> Filestat {
    Filestat {
        dev: DEVICE,
        ino: 0,
        filetype: filetype_of(stat.type_),
        nlink: stat.link_count,
        size: stat.size,
        atim: timestamp(stat.data_access_timestamp),
        mtim: timestamp(stat.data_modification_timestamp),
        ctim: timestamp(stat.status_change_timestamp),
    }
}

/// WASI 0.2 has no device and inode numbers. Its hash, which is equal for the same file, serves as inode number.
pub fn inode(hash: &MetadataHashValue) -> u64 {
    hash.lower
}

/// The last attributes of an open file. A host makes the hash from attributes and from what never changes while the file is
/// open, so as long as all attributes stay the same, the hash does.
pub struct CachedStat {
    fd: Cell<Fd>,
    stat: Cell<Filestat>,
}

impl CachedStat {
    pub fn new() -> Self {
        Self { fd: Cell::new(Fd::NONE), stat: Cell::new(Filestat::default()) }
    }

    /// The inode number of a file that has these attributes now.
    pub fn inode(&self, fd: Fd, stat: &Filestat) -> Option<u64> {
        let known = self.stat.get();
        // Without times a change goes unseen.
        let tells = stat.mtim != 0 && stat.ctim != 0;
        let same = tells && self.fd.get() == fd && Filestat { ino: known.ino, ..*stat } == known;
        same.then_some(known.ino)
    }

    pub fn keep(&self, fd: Fd, stat: Filestat) {
        self.fd.set(fd);
        self.stat.set(stat);
    }

    pub fn forget(&self, fd: Fd) {
        if self.fd.get() == fd {
            self.fd.set(Fd::NONE);
        }
    }
}

/// Nanoseconds since 1970. What the host does not know is 0.
fn timestamp(time: Option<Datetime>) -> u64 {
    time.map_or(0, |time| nanoseconds(time).unwrap_or(u64::MAX))
}

/// Nanoseconds since 1970; they fit until the year 2554.
pub fn nanoseconds(time: Datetime) -> Option<u64> {
    // Compared, because a checked multiplication takes 128 bits.
    if time.seconds > u64::MAX / NANOSECONDS - 1 {
        return None;
    }
    Some(time.seconds * NANOSECONDS + u64::from(time.nanoseconds))
}

/// The times to set for access and modification, of which `which` says how.
pub fn new_times(accessed: u64, modified: u64, which: u32) -> Result<(NewTimestamp, NewTimestamp)> {
    let which = flags(which, fstflags::ALL)?;
    let time = |set: u64, now: u64, time: u64| match (which & set != 0, which & now != 0) {
        (false, false) => Ok(NewTimestamp::NoChange),
        (false, true) => Ok(NewTimestamp::Now),
        (true, false) => Ok(NewTimestamp::Timestamp(Datetime {
            seconds: time / NANOSECONDS,
            nanoseconds: (time % NANOSECONDS) as u32,
        })),
        (true, true) => Err(Errno::INVAL),
    };
    let accessed = time(fstflags::ATIM, fstflags::ATIM_NOW, accessed)?;
    Ok((accessed, time(fstflags::MTIM, fstflags::MTIM_NOW, modified)?))
}
