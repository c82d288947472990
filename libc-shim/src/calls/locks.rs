//! Locks on files: those of `fcntl`, `flock` and `lockf`.

use super::control;
use crate::c;
use crate::errno::{Errno, Result};
use crate::locks::{self, By, Description, Kind, Owner, PROCESS, Range};
use crate::preview1;

const F_GETLK: i32 = 5;
const F_SETLK: i32 = 6;
const F_SETLKW: i32 = 7;
const F_OFD_GETLK: i32 = 36;
const F_OFD_SETLK: i32 = 37;
const F_OFD_SETLKW: i32 = 38;

const F_RDLCK: i16 = 0;
const F_WRLCK: i16 = 1;
const F_UNLCK: i16 = 2;

const SEEK_SET: i16 = 0;
const SEEK_CUR: i16 = 1;
const SEEK_END: i16 = 2;

const LOCK_SH: i32 = 1;
const LOCK_EX: i32 = 2;
const LOCK_NB: i32 = 4;
const LOCK_UN: i32 = 8;

const F_ULOCK: i32 = 0;
const F_LOCK: i32 = 1;
const F_TLOCK: i32 = 2;
const F_TEST: i32 = 3;

/// `struct flock`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Flock {
    kind: i16,
    whence: i16,
    start: i64,
    len: i64,
    process: i32,
}

/// A command of `fcntl` about locks.
#[derive(Clone, Copy)]
pub struct Command {
    action: Action,
    /// True if the locks are those of the description, false if those of the process.
    of_description: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    Get,
    Set,
    Wait,
}

impl Command {
    pub fn new(number: i32) -> Option<Self> {
        let (action, of_description) = match number {
            F_GETLK => (Action::Get, false),
            F_SETLK => (Action::Set, false),
            F_SETLKW => (Action::Wait, false),
            F_OFD_GETLK => (Action::Get, true),
            F_OFD_SETLK => (Action::Set, true),
            F_OFD_SETLKW => (Action::Wait, true),
            _ => return None,
        };
        Some(Self { action, of_description })
    }

    /// Carries it out.
    ///
    /// Errors: `EAGAIN`, `EBADF`, also for a descriptor that cannot read what is to be shared, or write what is to be
    /// exclusive, `EDEADLK`, `EFAULT`, `EINVAL`, `ENOLCK`, `EOVERFLOW`.
    ///
    /// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/fcntl.html>,
    /// <https://man7.org/linux/man-pages/man2/F_OFD_SETLK.2const.html>
    pub fn run(self, fd: i32, lock: *mut Flock) -> Result<i32> {
        let it = Description::of(fd)?;
        let wanted = c::get(lock.cast_const())?;
        if self.action == Action::Get && !self.of_description && ![F_RDLCK, F_WRLCK].contains(&wanted.kind) {
            return Err(Errno::INVAL);
        }
        let range = range(fd, &wanted)?;
        let kind = kind(wanted.kind)?;
        if self.action != Action::Get {
            check_access(fd, kind)?;
        }
        if self.of_description && wanted.process != 0 {
            return Err(Errno::INVAL);
        }
        let owner = if self.of_description { it.owner } else { PROCESS };
        match (self.action, kind) {
            (Action::Get, kind) => c::put(lock, found(it, owner, kind, range, wanted)?)?,
            (_, Some(kind)) => locks::take(it, By::Fcntl, owner, kind, range, self.action == Action::Wait)?,
            (_, None) => locks::unlock(it, By::Fcntl, owner, range)?,
        }
        Ok(0)
    }
}

fn kind(number: i16) -> Result<Option<Kind>> {
    match number {
        F_RDLCK => Ok(Some(Kind::Shared)),
        F_WRLCK => Ok(Some(Kind::Exclusive)),
        F_UNLCK => Ok(None),
        _ => Err(Errno::INVAL),
    }
}

/// The bytes that a lock is about.
fn range(fd: i32, lock: &Flock) -> Result<Range> {
    const MAX: i64 = Range::MAX as i64;
    let origin = match lock.whence {
        SEEK_SET => 0,
        // On Linux, what has no position is at its beginning for ever.
        SEEK_CUR => preview1::position(fd as u32).unwrap_or(0),
        SEEK_END => preview1::file_stat(fd as u32)?.size,
        _ => return Err(Errno::INVAL),
    };
    let start = (origin as i64).checked_add(lock.start).ok_or(Errno::OVERFLOW)?;
    let (first, last) = match lock.len {
        0 => (start, MAX),
        1.. => (start, start.checked_add(lock.len - 1).ok_or(Errno::OVERFLOW)?),
        // Those before it.
        _ => (start.checked_add(lock.len).ok_or(Errno::INVAL)?, start - 1),
    };
    if start < 0 || first < 0 {
        return Err(Errno::INVAL);
    }
    Ok(Range { first: first as u64, last: last as u64 })
}

/// Fails unless the descriptor can read what it is to share, or write what it is to have alone.
fn check_access(fd: i32, kind: Option<Kind>) -> Result {
    let access = control::access(fd)?;
    let may = match kind {
        None => true,
        Some(Kind::Shared) => access.read,
        Some(Kind::Exclusive) => access.write,
    };
    if may { Ok(()) } else { Err(Errno::BADF) }
}

/// The answer of `F_GETLK`. Without a kind, it is about the owner's own locks.
fn found(it: Description, owner: Owner, kind: Option<Kind>, range: Range, wanted: Flock) -> Result<Flock> {
    let lock = match kind {
        Some(kind) => locks::conflict(it, owner, kind, range)?,
        None => locks::held(it, By::Fcntl, owner, range)?.map(locks::Other::from),
    };
    let Some(lock) = lock else { return Ok(Flock { kind: F_UNLCK, ..wanted }) };
    Ok(Flock {
        kind: match lock.kind {
            Kind::Shared => F_RDLCK,
            Kind::Exclusive => F_WRLCK,
        },
        whence: SEEK_SET,
        start: lock.range.first as i64,
        len: if lock.range.last == Range::MAX { 0 } else { (lock.range.last - lock.range.first + 1) as i64 },
        process: lock.process,
    })
}

/// Locks the whole file for the description, or unlocks it.
///
/// Errors: `EAGAIN`, `EBADF`, `EDEADLK`, `EINVAL` for another operation, `ENOLCK`.
///
/// Specification: <https://man7.org/linux/man-pages/man2/flock.2.html>
pub fn flock(fd: i32, operation: i32) -> Result<i32> {
    let kind = match operation & !LOCK_NB {
        LOCK_SH => Some(Kind::Shared),
        LOCK_EX => Some(Kind::Exclusive),
        LOCK_UN => None,
        _ => return Err(Errno::INVAL),
    };
    let it = Description::of(fd)?;
    // As on Linux, the lock that it has goes first, and is lost if the other kind cannot be had.
    if kind.is_none() || locks::held(it, By::Flock, it.owner, Range::ALL)?.map(|lock| lock.kind) != kind {
        locks::unlock(it, By::Flock, it.owner, Range::ALL)?;
    }
    if let Some(kind) = kind {
        locks::take(it, By::Flock, it.owner, kind, Range::ALL, operation & LOCK_NB == 0)?;
    }
    Ok(0)
}

/// Locks bytes from the position on for the process, exclusively.
///
/// Errors: `EACCES` for `F_TEST` if there is a lock, `EINVAL` for another command, and those of `fcntl`.
///
/// Specification: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/lockf.html>
pub fn lockf(fd: i32, command: i32, len: i64) -> Result<i32> {
    let of_process = |action| Command { action, of_description: false };
    let (command, kind) = match command {
        F_TEST => (of_process(Action::Get), F_RDLCK),
        F_ULOCK => (of_process(Action::Set), F_UNLCK),
        F_TLOCK => (of_process(Action::Set), F_WRLCK),
        F_LOCK => (of_process(Action::Wait), F_WRLCK),
        _ => return Err(Errno::INVAL),
    };
    let mut lock = Flock { kind, whence: SEEK_CUR, start: 0, len, process: 0 };
    command.run(fd, &mut lock)?;
    if command.action == Action::Get && lock.kind != F_UNLCK { Err(Errno::ACCES) } else { Ok(0) }
}
