//! The locks on one file, kept as Linux keeps them. Nothing here knows of descriptors or of a host.

use alloc::vec::Vec;

/// Someone who holds locks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner(pub u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Shared,
    Exclusive,
}

/// The bytes from `first` to `last`, which belongs to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub first: u64,
    pub last: u64,
}

impl Range {
    /// The greatest offset that C has. A range that ends there has no end.
    pub const MAX: u64 = i64::MAX as u64;
    pub const ALL: Self = Self { first: 0, last: Self::MAX };

    fn overlaps(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// True if there is no byte between them. No range ends at the greatest `u64`.
    fn touches(self, other: Self) -> bool {
        self.first <= other.last + 1 && other.first <= self.last + 1
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lock {
    pub owner: Owner,
    pub kind: Kind,
    pub range: Range,
}

/// No memory for another lock.
#[derive(Debug, PartialEq, Eq)]
pub struct Full;

/// Locks, those of one owner together and in the order of their ranges. They do not overlap, and two of one kind have
/// bytes between them.
#[derive(Default)]
pub struct Locks(Vec<Lock>);

impl Locks {
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first lock of someone else that rules this one out.
    pub fn conflict(&self, owner: Owner, kind: Kind, range: Range) -> Option<Lock> {
        let excludes = |lock: &&Lock| {
            lock.owner != owner
                && (kind == Kind::Exclusive || lock.kind == Kind::Exclusive)
                && lock.range.overlaps(range)
        };
        self.0.iter().find(excludes).copied()
    }

    /// The first lock that the owner has in the range.
    pub fn held(&self, owner: Owner, range: Range) -> Option<Lock> {
        self.0.iter().find(|lock| lock.owner == owner && lock.range.overlaps(range)).copied()
    }

    /// Makes room for what [`Self::set`] adds, so that it succeeds.
    pub fn reserve(&mut self) -> Result<(), Full> {
        // One lock can become three.
        self.0.try_reserve(2).map_err(|_| Full)
    }

    /// Gives the owner a lock of this kind on the range, or none, instead of what it has there. Nobody else may have a
    /// lock that rules this out.
    pub fn set(&mut self, owner: Owner, kind: Option<Kind>, mut range: Range) -> Result<(), Full> {
        self.reserve()?;
        let start = self.0.iter().position(|lock| lock.owner == owner).unwrap_or(self.0.len());
        let its = || self.0[start..].iter().take_while(|lock| lock.owner == owner);
        let changes =
            |lock: &Lock| lock.range.overlaps(range) || (Some(lock.kind) == kind && lock.range.touches(range));
        let first = start + its().take_while(|lock| !changes(lock) && lock.range.last < range.first).count();
        let count = self.0[first..].iter().take_while(|lock| lock.owner == owner && changes(lock)).count();

        let (mut left, mut right) = (None, None);
        for lock in self.0.drain(first..first + count) {
            if Some(lock.kind) == kind {
                range = Range { first: range.first.min(lock.range.first), last: range.last.max(lock.range.last) };
                continue;
            }
            if lock.range.first < range.first {
                left = Some(Lock { range: Range { last: range.first - 1, ..lock.range }, ..lock });
            }
            if lock.range.last > range.last {
                right = Some(Lock { range: Range { first: range.last + 1, ..lock.range }, ..lock });
            }
        }
        let middle = kind.map(|kind| Lock { owner, kind, range });
        for (index, lock) in [left, middle, right].into_iter().flatten().enumerate() {
            self.0.insert(first + index, lock);
        }
        Ok(())
    }

    /// Releases all locks of an owner.
    pub fn release(&mut self, owner: Owner) {
        self.0.retain(|lock| lock.owner != owner);
    }
}
