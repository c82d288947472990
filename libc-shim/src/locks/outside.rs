//! Locks that others see. The linker of the component decides if there are any; without them nothing comes of these
//! calls.

use alloc::vec::Vec;

use super::ranges::{Kind, Owner, Range};
use super::{By, Other, release_all};
use crate::errno::{Errno, Result};
use crate::exit;
use crate::preview1::{self, FoundLock};
use crate::runtime;

/// The owners of locks on one file, each with a holder of the host's.
#[derive(Default)]
pub struct Holders(Vec<Holder>);

/// It releases its locks when it is dropped.
struct Holder {
    owner: Owner,
    handle: u32,
}

impl Drop for Holder {
    fn drop(&mut self) {
        preview1::lock_close(self.handle);
    }
}

impl Holders {
    /// The handle for an owner. None if nobody outside sees locks.
    fn handle(&mut self, fd: u32, owner: Owner) -> Result<Option<u32>> {
        if let Some(holder) = self.0.iter().find(|holder| holder.owner == owner) {
            return Ok(Some(holder.handle));
        }
        let handle = match preview1::lock_open(fd) {
            Ok(handle) => handle,
            Err(Errno::NOSYS) => return Ok(None),
            Err(errno) => return Err(errno),
        };
        let holder = Holder { owner, handle };
        exit::unlock_by(release_all)?;
        runtime::push(&mut self.0, holder).map_err(|_| Errno::NOLCK)?;
        Ok(Some(handle))
    }

    /// Takes or releases a lock.
    pub fn set(&mut self, fd: u32, by: By, owner: Owner, kind: Option<Kind>, range: Range, waits: bool) -> Result {
        if kind.is_none() && !self.0.iter().any(|holder| holder.owner == owner) {
            return Ok(());
        }
        let Some(handle) = self.handle(fd, owner)? else { return Ok(()) };
        match by {
            By::Fcntl => preview1::lock_range(handle, number(kind), waits, range.first, range.last),
            By::Flock => preview1::lock_file(handle, number(kind), waits),
        }
    }

    /// The record lock of somebody outside that rules this one out.
    pub fn conflict(&mut self, fd: u32, owner: Owner, kind: Kind, range: Range) -> Result<Option<Other>> {
        let Some(handle) = self.handle(fd, owner)? else { return Ok(None) };
        let found = preview1::lock_find(handle, number(Some(kind)), range.first, range.last)?;
        let FoundLock { found, kind, first, last, process } = found;
        let kind = if kind == 0 { Kind::Shared } else { Kind::Exclusive };
        Ok((found != 0).then_some(Other { kind, range: Range { first, last }, process }))
    }

    pub fn release(&mut self, owner: Owner) {
        self.0.retain(|holder| holder.owner != owner);
    }
}

/// The number that the adapter's functions have for a kind, or for none.
fn number(kind: Option<Kind>) -> u32 {
    match kind {
        Some(Kind::Shared) => 0,
        Some(Kind::Exclusive) => 1,
        None => 2,
    }
}
