//! Unit tests of the parts; `tests/tests/dwarf.rs` rewrites the output of compilers.

mod damage;
mod expressions;
mod sections;

use super::{CodeMap, Recorder, Written};

/// Returns a map of 4-byte functions, in which each instruction but the first has grown by 3 bytes.
pub fn stretched(functions: u32) -> CodeMap {
    let mut recorder = Recorder::new(100);
    for index in 0..u64::from(functions) {
        let (old, new) = (101 + index * 5, index as usize * 11);
        let within = &[(old + 1, new + 1), (old + 3, new + 3), (old + 4, new + 7)];
        recorder.function(Written { start: (old, new), end: (old + 5, new + 11), within });
    }
    recorder.finish(functions)
}

#[test]
fn code_goes_where_its_instructions_go() {
    let map = stretched(2);
    // The encoded size of the first function is at 1, before and after.
    let expected = [(1, 1), (2, 2), (3, 3), (4, 4), (5, 8), (6, 12), (7, 13), (8, 14), (9, 15), (10, 19), (11, 23)];
    for (old, new) in expected {
        assert_eq!(map.get(old), Some(new), "{old}");
    }
    for dropped in [0, 12, 0xffff_fffe, 0xffff_ffff, u64::MAX] {
        assert_eq!(map.get(dropped), None, "{dropped:#x}");
    }
}

#[test]
fn a_longer_number_of_functions_moves_all_of_them() {
    let mut recorder = Recorder::new(50);
    for index in 0..127u64 {
        let (start, end) = (index * 3, index * 3 + 3);
        recorder.function(Written { start: (51 + start, start as usize), end: (51 + end, end as usize), within: &[] });
    }
    let map = recorder.finish(128);
    assert_eq!((map.get(1), map.get(2), map.get(127 * 3 + 1)), (Some(2), Some(3), Some(127 * 3 + 2)));
}

#[test]
fn what_is_within_an_instruction_stays_within_it() {
    let mut recorder = Recorder::default();
    recorder.function(Written { start: (1, 0), end: (12, 4), within: &[(2, 1), (3, 2), (8, 3)] });
    let map = recorder.finish(1);
    let found: Vec<_> = (3..=9).map(|old| map.get(old).expect("code")).collect();
    assert_eq!(found, [3, 4, 4, 4, 4, 4, 5]);
}

#[test]
fn functions_behind_others_are_moved_by_them() {
    let (mut whole, mut first, mut second) = (Recorder::default(), Recorder::default(), Recorder::default());
    whole.function(Written { start: (1, 0), end: (5, 6), within: &[(2, 1), (4, 4)] });
    whole.function(Written { start: (5, 6), end: (9, 14), within: &[(6, 7), (8, 12)] });
    first.function(Written { start: (1, 0), end: (5, 6), within: &[(2, 1), (4, 4)] });
    second.function(Written { start: (5, 0), end: (9, 8), within: &[(6, 1), (8, 6)] });
    first.extend(vec![second]);
    let (whole, parts) = (whole.finish(2), first.finish(2));
    for old in 0..12 {
        assert_eq!(whole.get(old), parts.get(old), "{old}");
    }
}
