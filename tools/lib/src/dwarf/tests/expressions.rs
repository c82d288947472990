//! Rewrites expressions for memory that moves up by two pages.

use gimli::{DebugAddrBase, Encoding, Format, SectionId};

use super::stretched;
use crate::dwarf::expression::{Expressions, Meaning, Prefix};
use crate::dwarf::pool::Pool;
use crate::dwarf::units::Dwarf;
use crate::dwarf::{Edits, Lost, Moved, edit};

const ADDR: u8 = 0x03;
const DEREF: u8 = 0x06;
const LIT0: u8 = 0x30;
const PLUS: u8 = 0x22;
const PLUS_UCONST: u8 = 0x23;
const SKIP: u8 = 0x2f;
const FBREG: u8 = 0x91;
const PIECE: u8 = 0x93;
const PUSH_OBJECT: u8 = 0x97;
const STACK_VALUE: u8 = 0x9f;
const WASM: u8 = 0xed;
/// Two pages, as ULEB128.
const BASE: [u8; 3] = [0x80, 0x80, 0x08];

/// Returns the new expression and the number of lost ones.
fn rewritten(meaning: Meaning, base: u32, old: &[u8]) -> (Vec<u8>, usize) {
    let section = [&[old.len() as u8], old].concat();
    let mut sections = std::collections::BTreeMap::from([(SectionId::DebugInfo, Edits::new(&section))]);
    let (code, dwarf, mut lost) = (stretched(2), Dwarf::default(), Lost::default());
    let mut expressions = Expressions {
        section: sections.get_mut(&SectionId::DebugInfo).unwrap(),
        unit: (SectionId::DebugInfo, 0),
        dwarf: &dwarf,
        moved: Moved { code: &code, base },
        encoding: Encoding { address_size: 4, format: Format::Dwarf32, version: 4 },
        addr_base: DebugAddrBase(0),
    };
    let place = 1..section.len();
    expressions.rewrite(Prefix::Leb(1), place, meaning, &mut Pool::default(), &mut lost).unwrap();
    let new = edit::apply(&mut sections).unwrap().remove(&SectionId::DebugInfo).unwrap().bytes;
    assert_eq!(usize::from(new[0]), new.len() - 1, "its length");
    (new[1..].to_vec(), lost.locations)
}

#[track_caller]
fn becomes(meaning: Meaning, old: &[u8], new: &[u8]) {
    assert_eq!(rewritten(meaning, 2 << 16, old), (new.to_vec(), 0));
    assert_eq!(rewritten(meaning, 0, old), (old.to_vec(), 0), "in the layout that leaves memory where it is");
}

#[track_caller]
fn stays(meaning: Meaning, old: &[u8]) {
    becomes(meaning, old, old);
}

#[test]
fn places_move() {
    becomes(Meaning::Location, &[ADDR, 0x34, 0x12, 0, 0], &[ADDR, 0x34, 0x12, 2, 0]);
    becomes(Meaning::Location, &[FBREG, 12], &[FBREG, 0x8c, 0x80, 0x08]);
    becomes(Meaning::Location, &[FBREG, 0x74], &[FBREG, 0xf4, 0xff, 0x07]);
    becomes(Meaning::Location, &[FBREG, 0, DEREF], &[[FBREG].as_slice(), &BASE, &[DEREF, PLUS_UCONST], &BASE].concat());
    becomes(Meaning::Location, &[WASM, 0, 5], &[[WASM, 0, 5, PLUS_UCONST].as_slice(), &BASE].concat());
    let global = [WASM, 3, 1, 0, 0, 0, ADDR, 0, 0, 0, 0, PLUS];
    becomes(Meaning::Location, &global, &[&global, &[PLUS_UCONST][..], &BASE].concat());
    let pieces = [FBREG, 0, PIECE, 4, LIT0, STACK_VALUE, PIECE, 4, WASM, 0, 1, PIECE, 4];
    let moved = [&[FBREG][..], &BASE, &pieces[2..11], &[PLUS_UCONST], &BASE, &pieces[11..]].concat();
    becomes(Meaning::Location, &pieces, &moved);
}

#[test]
fn values_stay() {
    stays(Meaning::Location, &[]);
    stays(Meaning::Location, &[WASM, 0, 5, STACK_VALUE]);
    stays(Meaning::Location, &[WASM, 2, 5, STACK_VALUE]);
    stays(Meaning::Location, &[ADDR, 0x34, 0x12, 0, 0, STACK_VALUE]);
    stays(Meaning::Value, &[WASM, 0, 5]);
    // The location that is read from does not change.
    let read = [&[WASM, 0, 5, PLUS_UCONST][..], &BASE, &[DEREF, STACK_VALUE]].concat();
    becomes(Meaning::Location, &[WASM, 0, 5, DEREF, STACK_VALUE], &read);
}

#[test]
fn what_a_linker_has_dropped_stays() {
    for address in [0_u32, 0xffff_ffff, 0xffff_fffe] {
        stays(Meaning::Location, &[&[ADDR][..], &address.to_le_bytes()].concat());
        stays(Meaning::Location, &[&[ADDR][..], &address.to_le_bytes(), &[PLUS_UCONST, 8]].concat());
    }
}

#[test]
fn an_object_is_where_it_is_now() {
    stays(Meaning::Member, &[PLUS_UCONST, 4]);
    stays(Meaning::Value, &[PUSH_OBJECT, DEREF]);
    becomes(
        Meaning::Location,
        &[PUSH_OBJECT, DEREF, DEREF, PLUS_UCONST, 1],
        &[&[PUSH_OBJECT, DEREF, PLUS_UCONST][..], &BASE, &[DEREF, PLUS_UCONST, 0x81, 0x80, 0x08]].concat(),
    );
}

#[test]
fn functions_go_with_their_code() {
    for base in [0, 2 << 16] {
        let found = rewritten(Meaning::Function, base, &[ADDR, 7, 0, 0, 0, STACK_VALUE]);
        assert_eq!(found, (vec![ADDR, 13, 0, 0, 0, STACK_VALUE], 0));
    }
}

#[test]
fn what_is_not_understood_is_lost_and_counted() {
    for old in [&[SKIP, 0, 0, FBREG, 0][..], &[0xe7, 1], &[WASM, 9, 1], &[ADDR, 1]] {
        assert_eq!(rewritten(Meaning::Location, 2 << 16, old), (vec![], 1), "{old:x?}");
        assert_eq!(rewritten(Meaning::Location, 0, old), (old.to_vec(), 0), "{old:x?}");
    }
}
