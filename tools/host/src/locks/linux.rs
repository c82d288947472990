//! Holders on Linux: descriptions with `F_OFD_SETLK` and `flock`.
//!
//! # Safety
//! `fcntl` and `flock` get a descriptor that stays open during the call, and a structure of this frame.
#![allow(unsafe_code)]

use super::{ErrorCode, Kind, Lock, Outcome};
use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind};
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::OpenOptionsExt as _;
use wasmtime_wasi::FsPerms;
use wasmtime_wasi::filesystem::Descriptor;

pub struct Holder(File);

impl Holder {
    /// Opens the file once more, for writing if the component may write where it lies: exclusive locks on ranges take that.
    /// No content goes through it.
    pub fn open(descriptor: &Descriptor) -> Outcome<Holder> {
        let (fd, perms) = match descriptor {
            Descriptor::File(file) => (file.file.as_raw_fd(), file.perms),
            Descriptor::Dir(dir) => (dir.dir.as_raw_fd(), FsPerms::ReadOnly),
        };
        let path = format!("/proc/self/fd/{fd}");
        // Nothing is to wait for the other end of a FIFO.
        let open = |read, write| OpenOptions::new().read(read).write(write).custom_flags(libc::O_NONBLOCK).open(&path);
        let opened = match perms {
            FsPerms::ReadWrite => open(true, true).or_else(|_| open(true, false)).or_else(|_| open(false, true)),
            FsPerms::ReadOnly => open(true, false),
        };
        opened.map(Holder).map_err(|error| code(&error))
    }

    /// Takes a lock of a kind, or without one releases it.
    pub fn set_range(&self, kind: Option<Kind>, first: u64, last: u64, waits: bool) -> Outcome {
        let command = if waits { libc::F_OFD_SETLKW } else { libc::F_OFD_SETLK };
        self.control(command, &mut record(kind, first, last))
    }

    pub fn find(&self, kind: Kind, first: u64, last: u64) -> Outcome<Option<Lock>> {
        let mut found = record(Some(kind), first, last);
        self.control(libc::F_OFD_GETLK, &mut found)?;
        let kind = match i32::from(found.l_type) {
            libc::F_RDLCK => Kind::Shared,
            libc::F_WRLCK => Kind::Exclusive,
            _ => return Ok(None),
        };
        let first = found.l_start.cast_unsigned();
        let last = if found.l_len == 0 { i64::MAX.cast_unsigned() } else { first + found.l_len.cast_unsigned() - 1 };
        Ok(Some(Lock { kind, first, last, process: (found.l_pid > 0).then_some(found.l_pid) }))
    }

    /// Takes a lock of a kind on the whole file, or without one releases it.
    pub fn set_file(&self, kind: Option<Kind>, waits: bool) -> Outcome {
        let operation = match kind {
            Some(Kind::Shared) => libc::LOCK_SH,
            Some(Kind::Exclusive) => libc::LOCK_EX,
            None => libc::LOCK_UN,
        };
        let operation = operation | if waits { 0 } else { libc::LOCK_NB };
        // SAFETY: see the head of this file.
        uninterrupted(|| unsafe { libc::flock(self.0.as_raw_fd(), operation) })
    }

    fn control(&self, command: i32, lock: &mut libc::flock) -> Outcome {
        // SAFETY: see the head of this file.
        uninterrupted(|| unsafe { libc::fcntl(self.0.as_raw_fd(), command, &raw mut *lock) })
    }
}

/// Calls until no signal comes in between.
fn uninterrupted(mut call: impl FnMut() -> i32) -> Outcome {
    while call() == -1 {
        let error = Error::last_os_error();
        if error.kind() != ErrorKind::Interrupted {
            return Err(code(&error));
        }
    }
    Ok(())
}

fn record(kind: Option<Kind>, first: u64, last: u64) -> libc::flock {
    let kind = match kind {
        Some(Kind::Shared) => libc::F_RDLCK,
        Some(Kind::Exclusive) => libc::F_WRLCK,
        None => libc::F_UNLCK,
    };
    let offset = |at: u64| i64::try_from(at).unwrap_or(i64::MAX);
    let (first, last) = (offset(first), offset(last));
    // The length 0 is that of a range without an end.
    let len = if last == i64::MAX { 0 } else { last.saturating_sub(first).saturating_add(1) };
    libc::flock { l_type: kind as i16, l_whence: libc::SEEK_SET as i16, l_start: first, l_len: len, l_pid: 0 }
}

fn code(error: &Error) -> ErrorCode {
    match error.raw_os_error() {
        Some(libc::EAGAIN) => ErrorCode::WouldBlock,
        Some(libc::EDEADLK) => ErrorCode::Deadlock,
        Some(libc::EBADF | libc::EACCES | libc::EPERM | libc::EROFS | libc::ETXTBSY) => ErrorCode::Access,
        Some(libc::ENOLCK | libc::ENOMEM | libc::EMFILE | libc::ENFILE) => ErrorCode::NoLock,
        Some(libc::EINVAL | libc::EOPNOTSUPP | libc::ENOSYS) => ErrorCode::Unsupported,
        _ => ErrorCode::Io,
    }
}
