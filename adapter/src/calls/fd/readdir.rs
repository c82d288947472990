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

use crate::bindings::wasi::filesystem::types::{DirectoryEntryStream, PathFlags};
use crate::errno::Result;
use crate::file::{File, filetype_of};
use crate::guest::{Buffer, Ptr};
use crate::memory::Memory;
use crate::state::State;
use crate::types::{Dirent, Fd, filetype};
use crate::unread::Entry;

/// Reads directory entries from a cookie on.
///
/// Errors: `BADF` for what is not a directory.
///
/// Specification: <https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fd_readdir>
pub fn fd_readdir(state: &State, fd: Fd, buf: Ptr<u8>, len: u32, cookie: u64, used: Ptr<u32>) -> Result {
    let directory = state.get(fd)?.directory()?;
    let (buffer, used) = (buf.buffer(len)?, used.check()?);
    let mut listing = Listing { buffer, filled: 0 };
    match directory.as_embedded() {
        Some(directory) => directory.list(&state.tree(), &state.dots, cookie, &mut listing)?,
        None => list(state, directory.of_host()?, fd, cookie, &mut listing)?,
    }
    used.set(listing.filled as u32);
    Ok(())
}

/// The entries that the guest gets, as far as they fit.
pub struct Listing {
    buffer: Buffer,
    filled: usize,
}

impl Listing {
    pub fn is_full(&self) -> bool {
        self.filled >= self.buffer.len()
    }

    /// Adds an entry, after which `next` is the cookie to go on with. Returns whether its name fits.
    pub fn add(&mut self, entry: &Entry<'_>, next: u64) -> bool {
        let header =
            Dirent { next, ino: entry.ino, namlen: entry.name.len() as u32, filetype: entry.filetype, _pad: [0; 3] };
        self.filled += self.buffer.from(self.filled).fill(bytes_of(&header));
        let copied = self.buffer.from(self.filled).fill(entry.name);
        self.filled += copied;
        copied == entry.name.len()
    }
}

/// Lists a directory of the host.
fn list(state: &State, directory: &File, fd: Fd, mut cookie: u64, listing: &mut Listing) -> Result {
    if cookie == 0 {
        // Starting over shows what has changed since.
        state.unread.forget(fd);
        drop(directory.take_entries());
    }
    while !listing.is_full() {
        let Some(entry) = next(state, directory, fd, cookie)? else { break };
        cookie += 1;
        if !listing.add(&entry, cookie) {
            state.unread.keep(fd, cookie - 1, &entry);
        }
    }
    Ok(())
}

/// The entry with index `cookie`, if the directory has so many.
fn next<'a>(state: &'a State, directory: &File, fd: Fd, cookie: u64) -> Result<Option<Entry<'a>>> {
    if cookie < 2 {
        let ino = directory.handle.metadata_hash().map_or(0, |hash| hash.lower);
        let name = if cookie == 0 { state.dot() } else { &state.dots };
        return Ok(Some(Entry { ino, filetype: filetype::DIRECTORY, name }));
    }
    if let Some(entry) = state.unread.get(fd, cookie) {
        return Ok(Some(entry));
    }
    let entries = entries_from(&state.memory, directory, cookie)?;
    let Some((filetype, name)) = read_entry(&state.memory, &entries)? else {
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
fn entries_from(memory: &Memory, directory: &File, cookie: u64) -> Result<DirectoryEntryStream> {
    match directory.take_entries() {
        Some(entries) if directory.position.get() == cookie => Ok(entries),
        _ => {
            let entries = directory.handle.read_directory()?;
            for _ in 2..cookie {
                if read_entry(memory, &entries)?.is_none() {
                    break;
                }
            }
            Ok(entries)
        }
    }
}

fn read_entry(memory: &Memory, entries: &DirectoryEntryStream) -> Result<Option<(u8, &'static [u8])>> {
    memory.plan_scratch();
    Ok(entries.read_directory_entry()?.map(|entry| {
        let name = entry.name.leak();
        (filetype_of(entry.type_), &*name)
    }))
}

fn bytes_of(header: &Dirent) -> &[u8] {
    // SAFETY: a plain value seen as its bytes, all of which are its fields'.
    unsafe { core::slice::from_raw_parts((&raw const *header).cast(), size_of::<Dirent>()) }
}
