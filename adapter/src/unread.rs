//! The directory entry that was read last and did not fit into the guest's buffer.
#![allow(unsafe_code)]

use core::cell::{Cell, UnsafeCell};

use crate::types::Fd;

/// A directory entry.
pub struct Entry<'a> {
    pub ino: u64,
    pub filetype: u8,
    pub name: &'a [u8],
}

/// The entry that was read but did not fit into the guest's buffer. The guest asks for it again.
pub struct Unread {
    fd: Cell<Fd>,
    cookie: Cell<u64>,
    ino: Cell<u64>,
    filetype: Cell<u8>,
    len: Cell<usize>,
    name: UnsafeCell<[u8; Self::NAME]>,
}

impl Unread {
    /// Longer names than any file system has are read again instead of kept.
    const NAME: usize = 512;

    /// # Safety
    /// `this` is valid for writes.
    pub unsafe fn initialise(this: *mut Self) {
        // SAFETY: of the caller. The rest has a meaning only after `keep`.
        unsafe { (&raw mut (*this).fd).write(Cell::new(Fd::NONE)) }
    }

    pub fn forget(&self, fd: Fd) {
        if self.fd.get() == fd {
            self.fd.set(Fd::NONE);
        }
    }

    pub fn keep(&self, fd: Fd, cookie: u64, entry: &Entry<'_>) {
        if cookie < 2 || entry.name.len() > Self::NAME {
            return;
        }
        self.fd.set(fd);
        self.cookie.set(cookie);
        self.ino.set(entry.ino);
        self.filetype.set(entry.filetype);
        self.len.set(entry.name.len());
        // SAFETY: the name fits, and comes from scratch space or from here itself.
        unsafe { core::ptr::copy(entry.name.as_ptr(), self.name.get().cast(), entry.name.len()) }
    }

    pub fn get(&self, fd: Fd, cookie: u64) -> Option<Entry<'static>> {
        if self.fd.get() != fd || self.cookie.get() != cookie {
            return None;
        }
        // SAFETY: `keep` has written these bytes, and nothing changes them before the entry is used.
        let name = unsafe { core::slice::from_raw_parts(self.name.get().cast(), self.len.get()) };
        Some(Entry { ino: self.ino.get(), filetype: self.filetype.get(), name })
    }
}
