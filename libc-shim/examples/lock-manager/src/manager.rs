//! The interface, over locks that are kept per file.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::bindings::exports::wasi_adapt::locks::advisory::{ErrorCode, Guest, GuestHolder, Holder, Kind, Lock};
use crate::bindings::wasi::filesystem::types::Descriptor;
use crate::ranges::{self, Locks, Owner, Range};

pub struct Component;

impl Guest for Component {
    type Holder = OneOf;
}

/// A holder: the file that it has locks on, and the number by which it has them.
pub struct OneOf {
    file: FileId,
    owner: Owner,
}

/// The hash that a host gives to each file.
type FileId = (u64, u64);

#[derive(Default)]
struct File {
    on_ranges: Locks,
    on_whole: Locks,
}

#[derive(Default)]
struct Manager {
    files: BTreeMap<FileId, File>,
    owners: u32,
}

thread_local! {
    static MANAGER: RefCell<Manager> = RefCell::default();
}

type Result<T = ()> = std::result::Result<T, ErrorCode>;

impl GuestHolder for OneOf {
    fn open(file: &Descriptor) -> Result<Holder> {
        let hash = file.metadata_hash().map_err(|_| ErrorCode::Io)?;
        let owner = MANAGER.with_borrow_mut(|manager| {
            manager.owners += 1;
            Owner(manager.owners)
        });
        Ok(Holder::new(OneOf { file: (hash.lower, hash.upper), owner }))
    }

    fn lock_range(&self, kind: Kind, first: u64, last: u64, waits: bool) -> Result {
        self.on_ranges(|locks| take(locks, self.owner, kind.into(), range(first, last), waits))
    }

    fn unlock_range(&self, first: u64, last: u64) -> Result {
        self.on_ranges(|locks| release(locks, self.owner, range(first, last)))
    }

    fn find(&self, kind: Kind, first: u64, last: u64) -> Result<Option<Lock>> {
        let found = self.on_ranges(|locks| Ok(locks.conflict(self.owner, kind.into(), range(first, last))))?;
        Ok(found.map(|ranges::Lock { kind, range: Range { first, last }, .. }| {
            let kind = if kind == ranges::Kind::Shared { Kind::Shared } else { Kind::Exclusive };
            Lock { kind, first, last, process: None }
        }))
    }

    fn lock_file(&self, kind: Kind, waits: bool) -> Result {
        self.on_whole(|locks| take(locks, self.owner, kind.into(), Range::ALL, waits))
    }

    fn unlock_file(&self) -> Result {
        self.on_whole(|locks| release(locks, self.owner, Range::ALL))
    }
}

impl OneOf {
    fn on_ranges<T>(&self, work: impl FnOnce(&mut Locks) -> Result<T>) -> Result<T> {
        self.on_file(|file| work(&mut file.on_ranges))
    }

    fn on_whole<T>(&self, work: impl FnOnce(&mut Locks) -> Result<T>) -> Result<T> {
        self.on_file(|file| work(&mut file.on_whole))
    }

    fn on_file<T>(&self, work: impl FnOnce(&mut File) -> T) -> T {
        MANAGER.with_borrow_mut(|manager| {
            let result = work(manager.files.entry(self.file).or_default());
            manager.files.retain(|_, file| !file.on_ranges.is_empty() || !file.on_whole.is_empty());
            result
        })
    }
}

impl Drop for OneOf {
    fn drop(&mut self) {
        self.on_file(|file| {
            file.on_ranges.release(self.owner);
            file.on_whole.release(self.owner);
        });
    }
}

fn take(locks: &mut Locks, owner: Owner, kind: ranges::Kind, range: Range, waits: bool) -> Result {
    match locks.conflict(owner, kind, range) {
        Some(_) if waits => Err(ErrorCode::Deadlock),
        Some(_) => Err(ErrorCode::WouldBlock),
        None => locks.set(owner, Some(kind), range).map_err(|_| ErrorCode::NoLock),
    }
}

fn release(locks: &mut Locks, owner: Owner, range: Range) -> Result {
    locks.set(owner, None, range).map_err(|_| ErrorCode::NoLock)
}

/// Offsets that C does not have are behind the end.
fn range(first: u64, last: u64) -> Range {
    Range { first: first.min(Range::MAX), last: last.min(Range::MAX) }
}

impl From<Kind> for ranges::Kind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Shared => Self::Shared,
            Kind::Exclusive => Self::Exclusive,
        }
    }
}
