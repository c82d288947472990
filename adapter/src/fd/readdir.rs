//! Reading directories.
//!
//! | function | WASI 0.2 calls |
//! |---|---|
//! | `fd_readdir` | `descriptor.read-directory`, then per entry `read-directory-entry` and `descriptor.metadata-hash-at` |
//!
//! A cookie is the index of the entry that comes next; 0 and 1 are `.` and `..`, which WASI 0.2 does not list. The
//! stream of entries stays open between calls, so going on where the last call ended repeats nothing. The entry that
//! did not fit there is kept; any other cookie starts the directory anew and skips.
#![allow(unsafe_code)]

use core::cell::{Cell, UnsafeCell};

use super::get;
use crate::bindings::wasi::filesystem::types::{DirectoryEntryStream, PathFlags};
use crate::entry::entry;
use crate::errno::Result;
use crate::file::{File, filetype_of};
use crate::guest::Ptr;
use crate::state::state;
use crate::types::{Dirent, Fd, filetype};

entry! {
    fn fd_readdir(fd: Fd, buf: Ptr<u8>, len: u32, cookie: u64, used: Ptr<u32>) {
        let directory = get(fd)?.directory()?;
        let (buffer, used) = (buf.buffer(len)?, used.check()?);
        let mut filled = 0;
        let mut cookie = cookie;
        if cookie == 0 {
            // Starting over shows what has changed since.
            state().unread.forget(fd);
            drop(directory.take_entries());
        }
        while filled < buffer.len() {
            let Some(entry) = next(directory, fd, cookie)? else { break };
            cookie += 1;
            let header = Dirent {
                next: cookie,
                ino: entry.ino,
                namlen: entry.name.len() as u32,
                filetype: entry.filetype,
                _pad: [0; 3],
            };
            filled += buffer.from(filled).fill(bytes_of(&header));
            let copied = buffer.from(filled).fill(entry.name);
            filled += copied;
            if copied < entry.name.len() {
                state().unread.keep(fd, cookie - 1, &entry);
            }
        }
        used.set(filled as u32);
        Ok(())
    }
}

struct Entry<'a> {
    ino: u64,
    filetype: u8,
    name: &'a [u8],
}

/// The entry with index `cookie`, if the directory has so many.
fn next(directory: &File, fd: Fd, cookie: u64) -> Result<Option<Entry<'static>>> {
    if cookie < 2 {
        let ino = directory.handle.metadata_hash().map_or(0, |hash| hash.lower);
        let name = if cookie == 0 { state().dot() } else { &state().dots };
        return Ok(Some(Entry { ino, filetype: filetype::DIRECTORY, name }));
    }
    if let Some(entry) = state().unread.get(fd, cookie) {
        return Ok(Some(entry));
    }
    let entries = entries_from(directory, cookie)?;
    let Some((filetype, name)) = read_entry(&entries)? else {
        directory.position.set(cookie);
        directory.keep_entries(entries);
        return Ok(None);
    };
    directory.position.set(cookie + 1);
    directory.keep_entries(entries);
    let ino = directory.handle.metadata_hash_at(PathFlags::empty(), name).map_or(0, |hash| hash.lower);
    Ok(Some(Entry { ino, filetype, name }))
}

/// A stream that yields the entry with index `cookie` next.
fn entries_from(directory: &File, cookie: u64) -> Result<DirectoryEntryStream> {
    match directory.take_entries() {
        Some(entries) if directory.position.get() == cookie => Ok(entries),
        _ => {
            let entries = directory.handle.read_directory()?;
            for _ in 2..cookie {
                if read_entry(&entries)?.is_none() {
                    break;
                }
            }
            Ok(entries)
        }
    }
}

fn read_entry(entries: &DirectoryEntryStream) -> Result<Option<(u8, &'static [u8])>> {
    state().memory.plan_scratch();
    Ok(entries.read_directory_entry()?.map(|entry| {
        let name = entry.name.leak();
        (filetype_of(entry.type_), &*name)
    }))
}

fn bytes_of(header: &Dirent) -> &[u8] {
    // SAFETY: a plain value seen as its bytes, all of which are its fields'.
    unsafe { core::slice::from_raw_parts((&raw const *header).cast(), size_of::<Dirent>()) }
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

    fn keep(&self, fd: Fd, cookie: u64, entry: &Entry) {
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

    fn get(&self, fd: Fd, cookie: u64) -> Option<Entry<'static>> {
        if self.fd.get() != fd || self.cookie.get() != cookie {
            return None;
        }
        // SAFETY: `keep` has written these bytes, and nothing changes them before the entry is used.
        let name = unsafe { core::slice::from_raw_parts(self.name.get().cast(), self.len.get()) };
        Some(Entry { ino: self.ino.get(), filetype: self.filetype.get(), name })
    }
}
