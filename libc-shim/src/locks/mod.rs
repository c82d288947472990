//! Locks on files, for `fcntl`, `flock` and `lockf`.
//!
//! A component is one process: its own record locks never conflict, but those of open file descriptions do, with each
//! other and with those of the process. The two functions know nothing of each other's locks.

mod outside;
mod ranges;

use alloc::vec::Vec;
use core::cell::Cell;

use crate::calls::process::PROCESS_ID;
use crate::errno::{Errno, Result};
use crate::one_thread::OneThread;
use crate::preview1::{self, Filestat};
use crate::runtime;
use crate::table;
use outside::Holders;
use ranges::{Full, Locks};
pub use ranges::{Kind, Lock, Owner, Range};

/// The owner of record locks that belong to the process. No description has this number.
pub const PROCESS: Owner = Owner(0);

/// An open file description.
#[derive(Clone, Copy)]
pub struct Description {
    fd: u32,
    file: FileId,
    pub owner: Owner,
    /// The count of descriptors that lead to it.
    numbers: u32,
}

/// Two descriptions with the same are of the same file.
#[derive(Clone, Copy, PartialEq, Eq)]
struct FileId {
    device: u64,
    inode: u64,
}

impl Description {
    /// The description of a descriptor.
    ///
    /// Errors: `EBADF`, `EINVAL` for pipes and sockets of the program.
    pub fn of(fd: i32) -> Result<Self> {
        if table::lookup(fd).is_some() {
            return Err(Errno::INVAL);
        }
        let (identity, numbers) = preview1::description(fd as u32)?;
        let file = match preview1::file_stat(fd as u32)? {
            // Standard streams have no such numbers, and each is a file of its own.
            Filestat { device: 0, .. } => FileId { device: 0, inode: identity.into() },
            Filestat { device, inode, .. } => FileId { device, inode },
        };
        Ok(Self { fd: fd as u32, file, owner: Owner(identity), numbers })
    }
}

/// The two kinds of locks that a file has.
#[derive(Clone, Copy)]
pub enum By {
    Fcntl,
    Flock,
}

/// A file with locks.
struct File {
    id: FileId,
    by_fcntl: Locks,
    by_flock: Locks,
    outside: Holders,
}

impl File {
    fn parts(&mut self, by: By) -> (&mut Locks, &mut Holders) {
        let locks = match by {
            By::Fcntl => &mut self.by_fcntl,
            By::Flock => &mut self.by_flock,
        };
        (locks, &mut self.outside)
    }
}

static FILES: OneThread<Cell<Vec<File>>> = OneThread(Cell::new(Vec::new()));

fn files<T>(work: impl FnOnce(&mut Vec<File>) -> T) -> T {
    let mut files = FILES.take();
    let result = work(&mut files);
    FILES.set(files);
    result
}

/// Works on the locks of a file.
fn locks_of<T>(id: FileId, by: By, work: impl FnOnce(&mut Locks, &mut Holders) -> Result<T>) -> Result<T> {
    files(|files| {
        let index = match files.iter().position(|file| file.id == id) {
            Some(index) => index,
            None => {
                let file = File { id, by_fcntl: Locks::new(), by_flock: Locks::new(), outside: Holders::default() };
                runtime::push(files, file).map_err(|_| Errno::NOLCK)?;
                files.len() - 1
            }
        };
        let (locks, outside) = files[index].parts(by);
        let result = work(locks, outside);
        forget_unlocked(files);
        result
    })
}

fn forget_unlocked(files: &mut Vec<File>) {
    files.retain(|file| !file.by_fcntl.is_empty() || !file.by_flock.is_empty());
}

/// A record lock as `F_GETLK` tells it.
pub struct Other {
    pub kind: Kind,
    pub range: Range,
    /// The process that has it; -1 for a description, or if it is not known.
    pub process: i32,
}

impl From<Lock> for Other {
    fn from(Lock { owner, kind, range }: Lock) -> Self {
        Self { kind, range, process: if owner == PROCESS { PROCESS_ID } else { -1 } }
    }
}

/// The record lock that keeps `owner` from having one of this kind.
pub fn conflict(it: Description, owner: Owner, kind: Kind, range: Range) -> Result<Option<Other>> {
    locks_of(it.file, By::Fcntl, |locks, outside| match locks.conflict(owner, kind, range) {
        Some(lock) => Ok(Some(lock.into())),
        None => outside.conflict(it.fd, owner, kind, range),
    })
}

/// The first lock that `owner` has in the range.
pub fn held(it: Description, by: By, owner: Owner, range: Range) -> Result<Option<Lock>> {
    locks_of(it.file, by, |locks, _| Ok(locks.held(owner, range)))
}

/// Takes a lock. If the holder of another is in this program, it would wait for itself.
///
/// Errors: `EAGAIN`, or `EDEADLK` for one who would wait, `ENOLCK` without memory.
pub fn take(it: Description, by: By, owner: Owner, kind: Kind, range: Range, waits: bool) -> Result {
    table::before_close(closing);
    locks_of(it.file, by, |locks, outside| {
        if locks.conflict(owner, kind, range).is_some() {
            return Err(if waits { Errno::DEADLK } else { Errno::AGAIN });
        }
        locks.reserve()?;
        outside.set(it.fd, by, owner, Some(kind), range, waits)?;
        Ok(locks.set(owner, Some(kind), range)?)
    })
}

/// Errors: `ENOLCK` without memory for the two halves of a lock.
pub fn unlock(it: Description, by: By, owner: Owner, range: Range) -> Result {
    locks_of(it.file, by, |locks, outside| {
        locks.reserve()?;
        outside.set(it.fd, by, owner, None, range, false)?;
        Ok(locks.set(owner, None, range)?)
    })
}

impl From<Full> for Errno {
    fn from(_: Full) -> Self {
        Self::NOLCK
    }
}

/// The program ends. Its instance may stay.
fn release_all() {
    files(Vec::clear);
}

/// A descriptor is about to be closed. The process loses its locks on the file, and the description with its last number
/// its own.
fn closing(fd: i32) {
    if files(|files| files.is_empty()) {
        return;
    }
    let Ok(it) = Description::of(fd) else { return };
    files(|files| {
        if let Some(file) = files.iter_mut().find(|file| file.id == it.file) {
            file.by_fcntl.release(PROCESS);
            file.outside.release(PROCESS);
            if it.numbers == 1 {
                file.by_fcntl.release(it.owner);
                file.by_flock.release(it.owner);
                file.outside.release(it.owner);
            }
        }
        forget_unlocked(files);
    });
}
