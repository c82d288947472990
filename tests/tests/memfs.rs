//! Native tests of the memory file system: random changes to one and to a directory of Linux, with the same results. In a
//! small one there is often no space; then nothing changes, and nothing is lost.
#![cfg(target_os = "linux")]
#![allow(dead_code, unsafe_code)] // each part is more than what is tried here

#[path = "../../adapter/src/chacha20.rs"]
mod chacha20;
#[path = "../../adapter/src/errno.rs"]
mod errno;
#[path = "../../adapter/src/guest.rs"]
mod guest;
#[path = "../../adapter/src/sealed_data.rs"]
mod sealed_data;
#[path = "../../adapter/src/snapshot.rs"]
mod snapshot;
#[path = "../../adapter/src/types.rs"]
mod types;

#[path = "memfs/both.rs"]
mod both;
#[path = "memfs/embedded.rs"]
mod embedded;
#[path = "memfs/vfs.rs"]
mod vfs;

/// The adapter's intrinsics, as far as they matter here.
mod intrinsics {
    pub use crate::embedded::sealed_read;

    pub fn guest_base() -> usize {
        0
    }

    pub fn guest_end() -> u64 {
        u64::MAX
    }

    pub fn unstable() -> bool {
        false
    }
}

#[path = "adapter_parts/error_codes.rs"]
mod bindings;

use both::Both;
use errno::{Errno, Result};
use std::collections::BTreeSet;
use types::filetype;
use vfs::memfs::LARGEST;
use wasi_adapt_tests::noninterference::random::Random;

/// Makes random changes, and compares everything now and then.
fn changes(seed: u64, size: usize, steps: u64) -> Both {
    let mut both = Both::new(seed, size);
    for step in 0..steps {
        both.step();
        if step % 500 == 499 {
            both.compare();
        }
    }
    both
}

#[test]
fn changes_are_those_of_linux() {
    for seed in 0..10 {
        let both = changes(seed, 16 << 20, 5_000);
        assert_eq!(both.refused, 0, "there is space enough");
    }
}

#[test]
fn where_there_is_no_space_nothing_changes_and_nothing_is_lost() {
    for seed in 0..20 {
        let mut both = changes(seed, (12 + 4 * (seed as usize % 20)) << 12, 3_000);
        assert!(both.refused > 0, "seed {seed}: there was space for all");
        both.compare();
        both.remove_everything();
        assert_eq!(both.used(), both.used_at_first, "seed {seed}: pages are lost");
    }
}

#[test]
fn cookies_stay_valid_while_a_directory_shrinks() {
    let mut random = Random::new(1);
    let both = Both::new(1, 16 << 20);
    let (fs, root) = (both.fs, both.root());
    for round in 0..50 {
        let names: Vec<String> = (0..random.below(300)).map(|number| format!("{round} {number}")).collect();
        for name in &names {
            fs.create(root, name.as_bytes(), filetype::REGULAR_FILE, b"", 0).ok().unwrap();
        }
        let (mut cookie, mut seen) = (0, BTreeSet::new());
        let mut left: BTreeSet<String> = names.into_iter().collect();
        while let Some(entry) = fs.list(root, cookie).ok().unwrap() {
            cookie = entry.cookie + 1;
            let name = String::from_utf8(entry.name().to_vec()).unwrap();
            assert!(seen.insert(name.clone()), "`{name}` is listed twice");
            // The entry that was seen is removed, or any other.
            let other = left.iter().nth(random.below(1 + left.len() as u64) as usize).cloned();
            for removed in [Some(name).filter(|_| random.one_in(2)), other].into_iter().flatten() {
                if left.remove(&removed) {
                    fs.unlink(root, removed.as_bytes(), 0).ok().unwrap();
                }
            }
        }
        assert!(left.iter().all(|name| seen.contains(name)), "what is left was not listed");
        for name in left {
            fs.unlink(root, name.as_bytes(), 0).ok().unwrap();
        }
    }
}

#[test]
fn a_large_directory_and_a_deep_one() {
    let both = Both::new(1, 64 << 20);
    let (fs, root) = (both.fs, both.root());
    assert!(fs.find(root, b"d").is_ok_and(|entry| entry.is_some()));
    let before = both.used();
    let name = |number: u32| format!("file number {number}").into_bytes();
    let make = |number| fs.create(root, &name(number), filetype::REGULAR_FILE, b"", 0).map(drop);
    assert!((0..100_000).all(|number| make(number).is_ok()));
    assert!((0..100_000).all(|number| make(number) == Err(Errno::EXIST)));
    assert!((0..100_000).rev().all(|number| fs.unlink(root, &name(number), 0).is_ok()));
    let mut at = root;
    for _ in 0..10_000 {
        at = fs.create(at, b"e", filetype::DIRECTORY, b"", 0).ok().unwrap();
    }
    assert!(fs.rename((root, b"e"), (at, b"d"), false, 0) == Err(Errno::INVAL));
    for _ in 0..10_000 {
        let vfs::memfs::Parent::Inode(parent) = at.parent.get() else { panic!("it is in a directory") };
        fs.remove_directory(parent, b"e", 0).ok().unwrap();
        at = parent;
    }
    assert_eq!(both.used(), before);
}

#[test]
fn files_are_as_sparse_and_as_large_as_an_offset_says() {
    let both = Both::new(1, 1 << 20);
    let (fs, root) = (both.fs, both.root());
    let file = fs.create(root, b"f", filetype::REGULAR_FILE, b"", 0).ok().unwrap();
    let before = both.used();
    let places = [0, 1 << 12, 1 << 22, (1 << 32) - 1, 1 << 42, LARGEST - 1];
    for place in places {
        assert!(file.write(&fs.cells, place, &[7]) == Ok(1), "at {place}");
        assert_eq!(file.size(), place + 1);
    }
    assert!(file.write(&fs.cells, LARGEST - 1, &[7; 2]) == Ok(1));
    assert!(file.write(&fs.cells, LARGEST, &[7]) == Err(Errno::FBIG));
    assert!(file.resize(&fs.cells, LARGEST + 1, 0) == Err(Errno::FBIG));
    for place in places {
        let around = both::read(file, place.saturating_sub(1), 3);
        let expected = [vec![0; usize::from(place > 0)], vec![7, 0]].concat();
        let end = (file.size() - place.saturating_sub(1)).min(3) as usize;
        assert_eq!(
            around,
            expected[..end.min(expected.len())].iter().chain(&[0]).take(end).copied().collect::<Vec<_>>()
        );
    }
    for place in places.into_iter().rev() {
        file.resize(&fs.cells, place, 0).ok().unwrap();
        assert_eq!(both::read(file, place.saturating_sub(1), 10), vec![0; usize::from(place > 0)]);
    }
    assert_eq!(both.used(), before);
}

#[test]
fn times_are_those_of_the_last_use() {
    let both = Both::new(1, 1 << 20);
    let (fs, root) = (both.fs, both.root());
    let times = |file: vfs::memfs::At<vfs::memfs::Inode>, now| {
        let stat = file.filestat(|| now);
        (stat.atim, stat.mtim, stat.ctim)
    };
    let file = fs.create(root, b"f", filetype::REGULAR_FILE, b"", 10).ok().unwrap();
    assert_eq!((times(file, 11), times(root, 11)), ((10, 10, 10), (times(root, 12).0, 10, 10)));
    file.write(&fs.cells, 0, b"abc").ok().unwrap();
    assert_eq!(times(file, 20), (10, 20, 20));
    both::read(file, 0, 3);
    assert_eq!(times(file, 30), (30, 20, 20));
    both::read(file, 0, 3);
    assert_eq!(times(file, 40), (30, 20, 20), "it has not changed since it was read");
    file.set_times(Some(1), None, 50);
    assert_eq!(times(file, 51), (1, 20, 50));
    file.write(&fs.cells, 0, b"d").ok().unwrap();
    file.set_times(None, Some(2), 60);
    assert_eq!(times(file, 61), (1, 2, 60));
    file.set_times(None, None, 70);
    file.resize(&fs.cells, 100, 80).ok().unwrap();
    assert_eq!(times(file, 81), (1, 80, 80));
    fs.link(file, root, b"g", 90).ok().unwrap();
    assert_eq!(times(file, 91), (1, 80, 90));
    fs.unlink(root, b"f", 100).ok().unwrap();
    assert_eq!((times(file, 101), times(root, 101).1), ((1, 80, 100), 100));
    fs.rename((root, b"g"), (root, b"h"), false, 110).ok().unwrap();
    assert_eq!((times(file, 111), times(root, 111).1), ((1, 80, 110), 110));
}

/// The number of an error, or 0.
fn code<T>(result: &Result<T>) -> u16 {
    match result {
        Ok(_) => 0,
        Err(errno) => Errno::code(Err(*errno)),
    }
}
