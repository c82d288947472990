//! Holders on Windows, by `LockFileEx`, whose locks belong to an open file of a process and go with it. It has less than the
//! interface asks for:
//!
//! - A lock keeps other open files from reading or writing its bytes. So a holder locks by the component's own open file, for
//!   which the bytes stay what they were.
//! - Nothing turns one kind of lock into the other, and bytes are unlocked as they were locked. So there is a list of what
//!   each open file has, and what remains of a lock is locked anew. No other holder comes in between: they take [turns](system::Turn).
//! - There is no lock on a file as such. A [byte behind all others](WHOLE_FILE) stands for it.
//! - Nobody tells of others' locks. They are found by trying.

mod system;

use std::fs::File;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;

use wasmtime_wasi::FsPerms;
use wasmtime_wasi::filesystem::Descriptor;

use super::{ErrorCode, Kind, Lock, Outcome, Pauses};

/// The bytes from `first` to `last`, which belongs to them.
#[derive(Clone, Copy)]
struct Range {
    first: u64,
    last: u64,
}

impl Range {
    /// Offsets that files do not have are behind the end.
    fn of(first: u64, last: u64) -> Self {
        const MAX: u64 = i64::MAX.cast_unsigned();
        let first = first.min(MAX);
        Self { first, last: last.clamp(first, MAX) }
    }

    const fn byte(at: u64) -> Self {
        Self { first: at, last: at }
    }

    fn overlaps(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// The parts before the other and behind it.
    fn without(self, other: Self) -> impl Iterator<Item = Self> {
        let before = (self.first < other.first).then(|| Self { last: self.last.min(other.first - 1), ..self });
        let behind = (self.last > other.last).then(|| Self { first: self.first.max(other.last + 1), ..self });
        before.into_iter().chain(behind)
    }

    /// The parts where no lock is.
    fn without_all<'a>(self, locks: impl Iterator<Item = &'a Held>) -> Vec<Self> {
        let mut parts = vec![self];
        for lock in locks {
            parts = parts.into_iter().flat_map(|part| part.without(lock.range)).collect();
        }
        parts
    }
}

/// Stands for the whole file. Whoever locks all of a file, as Rust's and Go's libraries do, locks this byte, too.
const WHOLE_FILE: Range = Range::byte(1 << 63);

/// A lock of the system.
#[derive(Clone, Copy)]
struct Held {
    holder: u64,
    kind: Kind,
    range: Range,
}

impl Held {
    fn rules_out(&self, other: &Self) -> bool {
        let exclusive = self.kind == Kind::Exclusive || other.kind == Kind::Exclusive;
        self.holder != other.holder && exclusive && self.range.overlaps(other.range)
    }
}

/// A file that a component has opened, with what its holders have. To the system, they are one.
struct OpenFile {
    file: Arc<File>,
    held: Mutex<Vec<Held>>,
}

impl OpenFile {
    fn of(file: &Arc<File>) -> Arc<Self> {
        static ALL: Mutex<Vec<Weak<OpenFile>>> = Mutex::new(Vec::new());
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|open_file| open_file.strong_count() > 0);
        if let Some(known) = all.iter().filter_map(Weak::upgrade).find(|known| Arc::ptr_eq(&known.file, file)) {
            return known;
        }
        let new = Arc::new(Self { file: Arc::clone(file), held: Mutex::default() });
        all.push(Arc::downgrade(&new));
        new
    }

    fn held(&self) -> MutexGuard<'_, Vec<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has locks instead of others, or if it cannot, still the others. Returns the ones that it has.
    fn exchange(&self, before: Vec<Held>, after: Vec<Held>) -> (Vec<Held>, Outcome) {
        if before.is_empty() && after.is_empty() {
            return (after, Ok(()));
        }
        let _turn = match system::Turn::of(&self.file) {
            Ok(turn) => turn,
            Err(code) => return (before, Err(code)),
        };
        // The system gives shared locks also where the open file has others, and so they are never without one.
        let (shared, exclusive): (Vec<_>, Vec<_>) = after.iter().partition(|lock| lock.kind == Kind::Shared);
        if let Err(code) = self.take(&shared) {
            return (before, Err(code));
        }
        self.release(&before);
        let Err(code) = self.take(&exclusive) else { return (after, Ok(())) };
        self.release(&shared);
        match self.take(&before) {
            Ok(()) => (before, Err(code)),
            // A native program has come in between.
            Err(_) => (Vec::new(), Err(ErrorCode::Io)),
        }
    }

    /// Takes all, or none.
    fn take(&self, locks: &[Held]) -> Outcome {
        for (index, lock) in locks.iter().enumerate() {
            if let Err(code) = system::lock(&self.file, lock.kind, lock.range) {
                self.release(&locks[..index]);
                return Err(code);
            }
        }
        Ok(())
    }

    fn release(&self, locks: &[Held]) {
        for lock in locks {
            system::unlock(&self.file, lock.range);
        }
    }
}

pub struct Holder {
    open_file: Arc<OpenFile>,
    number: u64,
    writes: bool,
}

impl Holder {
    /// Shares the component's open file.
    pub fn open(descriptor: &Descriptor) -> Outcome<Self> {
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        let Descriptor::File(file) = descriptor else { return Err(ErrorCode::Unsupported) };
        Ok(Self {
            open_file: OpenFile::of(&file.file),
            number: NUMBERS.fetch_add(1, Ordering::Relaxed),
            writes: file.perms == FsPerms::ReadWrite,
        })
    }

    /// Takes a lock of a kind, or without one releases it.
    pub fn set_range(&self, kind: Option<Kind>, first: u64, last: u64, waits: bool) -> Outcome {
        if kind == Some(Kind::Exclusive) && !self.writes {
            return Err(ErrorCode::Access);
        }
        self.set(kind, Range::of(first, last), waits)
    }

    /// Takes a lock of a kind on the whole file, or without one releases it.
    pub fn set_file(&self, kind: Option<Kind>, waits: bool) -> Outcome {
        self.set(kind, WHOLE_FILE, waits)
    }

    /// The first byte that somebody has locked: the system tells neither of how many they are nor whose. Where the holder has
    /// a shared lock itself, those of others do not show.
    pub fn find(&self, kind: Kind, first: u64, last: u64) -> Outcome<Option<Lock>> {
        let held = self.open_file.held();
        let wanted = Held { holder: self.number, kind, range: Range::of(first, last) };
        let here = held.iter().filter(|lock| lock.rules_out(&wanted)).min_by_key(|lock| lock.range.first);
        if let Some(&Held { kind, range, .. }) = here {
            return Ok(Some(Lock { kind, first: range.first, last: range.last, process: None }));
        }
        let mut others = wanted.range.without_all(held.iter().filter(|lock| lock.holder == self.number));
        others.sort_unstable_by_key(|range| range.first);

        let file = &*self.open_file.file;
        let _turn = system::Turn::of(file)?;
        let is_free = |kind, range| system::is_free(file, kind, range);
        for Range { mut first, mut last } in others {
            if is_free(kind, Range { first, last })? {
                continue;
            }
            while first < last {
                let middle = first + (last - first) / 2;
                if is_free(kind, Range { first, last: middle })? {
                    first = middle + 1;
                } else {
                    last = middle;
                }
            }
            let kind = if is_free(Kind::Shared, Range::byte(first))? { Kind::Shared } else { Kind::Exclusive };
            return Ok(Some(Lock { kind, first, last, process: None }));
        }
        Ok(None)
    }

    fn set(&self, kind: Option<Kind>, range: Range, waits: bool) -> Outcome {
        // `LockFileEx` does not wait: meanwhile, the component's other threads could not use the file.
        let mut pauses = Pauses::new();
        loop {
            match self.attempt(kind, range, waits) {
                Err(ErrorCode::WouldBlock) if waits => thread::sleep(pauses.next()),
                outcome => return outcome,
            }
        }
    }

    fn attempt(&self, kind: Option<Kind>, range: Range, waits: bool) -> Outcome {
        let mut held = self.open_file.held();
        let new = |kind, range| Held { holder: self.number, kind, range };
        if kind.is_some_and(|kind| held.iter().any(|lock| lock.rules_out(&new(kind, range)))) {
            // The other holder is in the same component, which would wait for itself.
            return Err(if waits { ErrorCode::Deadlock } else { ErrorCode::WouldBlock });
        }
        let is_own = |lock: &Held| lock.holder == self.number && lock.range.overlaps(range);
        let mut after = Vec::new();
        if let Some(kind) = kind {
            let same = held.iter().filter(|lock| is_own(lock) && lock.kind == kind);
            after.extend(range.without_all(same).into_iter().map(|part| new(kind, part)));
        }
        let before: Vec<_> = held.extract_if(.., |lock| is_own(lock) && Some(lock.kind) != kind).collect();
        for lock in &before {
            after.extend(lock.range.without(range).map(|part| new(lock.kind, part)));
        }
        let (has, outcome) = self.open_file.exchange(before, after);
        held.extend(has);
        outcome
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let mut held = self.open_file.held();
        let own: Vec<_> = held.extract_if(.., |lock| lock.holder == self.number).collect();
        self.open_file.release(&own);
    }
}
