//! Native tests of the parts of the libc-shim that need neither a host nor WebAssembly: locks on ranges of a file,
//! compared with a model that has an entry per byte.

extern crate alloc;

#[path = "../../libc-shim/src/locks/ranges.rs"]
mod ranges;

use ranges::{Kind, Lock, Locks, Owner, Range};
use wasi_adapt_tests::noninterference::random::Random;

const BYTES: usize = 24;
const OWNERS: [Owner; 4] = [Owner(0), Owner(1), Owner(2), Owner(9)];

type Bytes = [Option<Kind>; BYTES];

/// The locks of each owner, byte by byte. Owners are in the order in which they got their first lock.
#[derive(Default)]
struct Model(Vec<(Owner, Bytes)>);

impl Model {
    fn set(&mut self, owner: Owner, kind: Option<Kind>, range: Range) {
        if !self.0.iter().any(|(other, _)| *other == owner) {
            self.0.push((owner, [None; BYTES]));
        }
        for (_, bytes) in self.0.iter_mut().filter(|(other, _)| *other == owner) {
            bytes[range.first as usize..=range.last as usize].fill(kind);
        }
        self.0.retain(|(_, bytes)| bytes.iter().any(Option::is_some));
    }

    /// All locks, as long as they can be.
    fn locks(&self) -> Vec<Lock> {
        let mut locks: Vec<Lock> = Vec::new();
        for (owner, bytes) in &self.0 {
            let owner = *owner;
            for (at, kind) in (0..).zip(bytes) {
                let Some(kind) = *kind else { continue };
                match locks.last_mut() {
                    Some(last) if last.owner == owner && last.kind == kind && last.range.last + 1 == at => {
                        last.range.last = at;
                    }
                    _ => locks.push(Lock { owner, kind, range: Range { first: at, last: at } }),
                }
            }
        }
        locks
    }

    fn conflict(&self, owner: Owner, kind: Kind, range: Range) -> Option<Lock> {
        let both_shared = |lock: &Lock| kind == Kind::Shared && lock.kind == Kind::Shared;
        let meets = |lock: &Lock| (range.first..=range.last).any(|at| lock.range.first <= at && at <= lock.range.last);
        self.locks().into_iter().find(|lock| lock.owner != owner && !both_shared(lock) && meets(lock))
    }

    fn held(&self, owner: Owner, range: Range) -> Option<Lock> {
        let meets = |lock: &Lock| (range.first..=range.last).any(|at| lock.range.first <= at && at <= lock.range.last);
        self.locks().into_iter().find(|lock| lock.owner == owner && meets(lock))
    }
}

#[test]
fn locks_are_those_of_a_model_of_bytes() {
    let mut random = Random::new(16);
    for _ in 0..2_000 {
        let (mut locks, mut model) = (Locks::new(), Model::default());
        for _ in 0..200 {
            let owner = random.pick(&OWNERS);
            let first = random.below(BYTES as u64);
            let range = Range { first, last: first + random.below(BYTES as u64 - first) };
            let kind = random.pick(&[Kind::Shared, Kind::Exclusive]);
            let conflict = model.conflict(owner, kind, range);
            assert_eq!(locks.conflict(owner, kind, range), conflict);
            assert_eq!(locks.held(owner, range), model.held(owner, range));
            match random.below(8) {
                0 => {
                    locks.release(owner);
                    model.0.retain(|(other, _)| *other != owner);
                }
                1 | 2 => {
                    assert_eq!(locks.set(owner, None, range), Ok(()));
                    model.set(owner, None, range);
                }
                _ if conflict.is_none() => {
                    assert_eq!(locks.set(owner, Some(kind), range), Ok(()));
                    model.set(owner, Some(kind), range);
                }
                _ => {}
            }
            assert_eq!(locks.is_empty(), model.0.is_empty());
        }
    }
}

#[test]
fn a_lock_to_the_end_has_no_end() {
    let (mut locks, owner) = (Locks::new(), Owner(1));
    let end = |first| Range { first, last: Range::MAX };
    for (kind, range) in [(Some(Kind::Exclusive), Range::ALL), (None, Range { first: 5, last: 9 })] {
        assert_eq!(locks.set(owner, kind, range), Ok(()));
    }
    let found = locks.conflict(Owner(2), Kind::Shared, end(Range::MAX));
    assert_eq!(found, Some(Lock { owner, kind: Kind::Exclusive, range: end(10) }));
    assert_eq!(locks.set(owner, Some(Kind::Exclusive), Range { first: 5, last: 9 }), Ok(()));
    let found = locks.conflict(Owner(2), Kind::Shared, end(Range::MAX));
    assert_eq!(found, Some(Lock { owner, kind: Kind::Exclusive, range: Range::ALL }));
}
