//! Locks on files, for `fcntl`, `flock` and `lockf`.
//!
//! A component is one process: its own record locks never conflict, but those of open file descriptions do, with each
//! other and with those of the process. The two functions know nothing of each other's locks.

mod ranges;

use alloc::vec::Vec;
use core::cell::Cell;

use crate::errno::{Errno, Result};
use crate::preview1::{self, Filestat};
use crate::runtime;
use crate::table;
use ranges::Locks;
pub use ranges::{Kind, Lock, Owner, Range};

/// The owner of record locks that belong to the process. No description has this number.
pub const PROCESS: Owner = Owner(0);

/// An open file description.
#[derive(Clone, Copy)]
pub struct Description {
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
    /// Errors: `EBADF`, `EINVAL` for what is no file: standard streams, pipes and sockets.
    pub fn of(fd: i32) -> Result<Self> {
        if table::lookup(fd).is_some() {
            return Err(Errno::INVAL);
        }
        let (handle, numbers) = preview1::description(fd as u32)?;
        let Filestat { device, inode, .. } = preview1::file_stat(fd as u32)?;
        Ok(Self { file: FileId { device, inode }, owner: Owner(handle), numbers })
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
}

impl File {
    fn locks(&mut self, by: By) -> &mut Locks {
        match by {
            By::Fcntl => &mut self.by_fcntl,
            By::Flock => &mut self.by_flock,
        }
    }
}

struct Files(Cell<Vec<File>>);

// SAFETY: there is one thread.
#[allow(unsafe_code)]
unsafe impl Sync for Files {}

static FILES: Files = Files(Cell::new(Vec::new()));

fn files<T>(work: impl FnOnce(&mut Vec<File>) -> T) -> T {
    let mut files = FILES.0.take();
    let result = work(&mut files);
    FILES.0.set(files);
    result
}

/// Works on the locks of a file.
fn locks_of<T>(id: FileId, by: By, work: impl FnOnce(&mut Locks) -> Result<T>) -> Result<T> {
    files(|files| {
        let index = match files.iter().position(|file| file.id == id) {
            Some(index) => index,
            None => {
                let file = File { id, by_fcntl: Locks::new(), by_flock: Locks::new() };
                runtime::push(files, file).map_err(|_| Errno::NOLCK)?;
                files.len() - 1
            }
        };
        let result = work(files[index].locks(by));
        forget_unlocked(files);
        result
    })
}

fn forget_unlocked(files: &mut Vec<File>) {
    files.retain(|file| !file.by_fcntl.is_empty() || !file.by_flock.is_empty());
}

/// The lock that keeps `owner` from having one of this kind.
pub fn conflict(it: Description, by: By, owner: Owner, kind: Kind, range: Range) -> Result<Option<Lock>> {
    locks_of(it.file, by, |locks| Ok(locks.conflict(owner, kind, range)))
}

/// The first lock that `owner` has in the range.
pub fn held(it: Description, by: By, owner: Owner, range: Range) -> Result<Option<Lock>> {
    locks_of(it.file, by, |locks| Ok(locks.held(owner, range)))
}

/// Takes a lock. The holders of others are in this program, which would wait for itself.
///
/// Errors: `EAGAIN`, or `EDEADLK` for one who would wait, `ENOLCK` without memory.
pub fn take(it: Description, by: By, owner: Owner, kind: Kind, range: Range, waits: bool) -> Result {
    table::before_close(closing);
    locks_of(it.file, by, |locks| match locks.conflict(owner, kind, range) {
        Some(_) => Err(if waits { Errno::DEADLK } else { Errno::AGAIN }),
        None => locks.set(owner, Some(kind), range).map_err(|_| Errno::NOLCK),
    })
}

/// Errors: `ENOLCK` without memory for the two halves of a lock.
pub fn unlock(it: Description, by: By, owner: Owner, range: Range) -> Result {
    locks_of(it.file, by, |locks| locks.set(owner, None, range).map_err(|_| Errno::NOLCK))
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
            if it.numbers == 1 {
                file.by_fcntl.release(it.owner);
                file.by_flock.release(it.owner);
            }
        }
        forget_unlocked(files);
    });
}
