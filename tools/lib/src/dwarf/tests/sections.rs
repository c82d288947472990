//! Complete sections, written byte by byte.

use gimli::{DebugLine, DebugLineOffset, LittleEndian};

use super::stretched;
use crate::dwarf::{Moved, rewrite};

/// Returns a unit or table: its length and its contents.
fn part(contents: &[u8]) -> Vec<u8> {
    [&(contents.len() as u32).to_le_bytes()[..], contents].concat()
}

/// Returns a line number program of version 4 with these instructions: lines advance by -5 to 8, and special opcodes
/// start at 13.
fn line_program(instructions: &[u8]) -> Vec<u8> {
    let lengths = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];
    let header = [&[1, 1, 1, 0xfb, 14, 13][..], &lengths, &[0], b"a.c\0", &[0, 0, 0, 0]].concat();
    part(&[&[4, 0][..], &part(&header), instructions].concat())
}

fn rows(section: &[u8]) -> Vec<(u64, u64, bool)> {
    let program = DebugLine::new(section, LittleEndian).program(DebugLineOffset(0), 4, None, None).unwrap();
    let (mut rows, mut found) = (program.rows(), Vec::new());
    while let Some((_, row)) = rows.next_row().unwrap() {
        found.push((row.address(), row.line().map_or(0, |line| line.get()), row.end_sequence()));
    }
    found
}

#[test]
fn every_way_to_advance() {
    let code = stretched(200);
    let mut program = vec![0, 5, 2, 3, 0, 0, 0, 1]; // set_address, copy
    program.push(13 + 5 + 14); // special: one address, no line
    program.extend_from_slice(&[2, 1, 1]); // advance_pc by 1, copy
    program.extend_from_slice(&[8, 13 + 6]); // const_add_pc: 17 addresses; one line
    program.extend_from_slice(&[9, 3, 0, 13 + 7]); // fixed_advance_pc by 3; two lines
    program.extend_from_slice(&[3, 10, 2, 0x80, 1, 1]); // advance_line by 10, advance_pc by 128, copy
    program.extend_from_slice(&[2, 2, 0, 1, 1]); // advance_pc by 2, end_sequence
    // A sequence outside of every function. gimli reports no rows for code dropped by linkers.
    program.extend_from_slice(&[0, 5, 2, 0, 0, 9, 0, 1, 13 + 6 + 14, 2, 9, 0, 1, 1]);
    let old = line_program(&program);

    let new = rewrite(&[(".debug_line", &old)], Moved { code: &code, base: 0 });
    assert_eq!(new.losses, [""; 0]);
    let new = rows(&new.sections[0].1);
    let expected: Vec<_> = rows(&old)
        .into_iter()
        .map(|(address, line, end)| (code.get(address).map_or(address, u64::from), line, end))
        .collect();
    assert_eq!(new, expected);
    assert_eq!(new.len(), 10);
}

#[test]
fn sections_that_are_not_known_are_left_out_and_named() {
    let code = stretched(1);
    let found = rewrite(&[(".debug_str", b"a\0"), (".debug_frame", &[])], Moved { code: &code, base: 0 });
    assert_eq!(found.losses, ["the debugging information in `.debug_frame` is left out"]);
    assert_eq!(found.sections.iter().map(|(name, _)| *name).collect::<Vec<_>>(), [".debug_str"]);
}

#[test]
fn all_is_left_out_that_cannot_be_followed() {
    let code = stretched(1);
    let cut = line_program(&[1]);
    for (sections, why) in [
        (vec![(".debug_str", &[][..]), (".debug_info.dwo", &[])], "part of it is in another file"),
        (vec![(".debug_line", &cut[..20])], "longer than the section"),
        (vec![(".debug_line", &[]), (".debug_line", &[])], "there are two `.debug_line`"),
        (vec![(".debug_info", &[1, 2, 3])], ""),
        (vec![(".debug_aranges", &part(&[2, 0, 0, 0, 0, 0, 8, 0])[..])], "its addresses have 8 bytes"),
    ] {
        let found = rewrite(&sections, Moved { code: &code, base: 0 });
        assert!(found.sections.is_empty(), "{sections:?}");
        let [loss] = &found.losses[..] else { panic!("{:?}", found.losses) };
        assert!(loss.starts_with("its debugging information (DWARF) is left out: ") && loss.contains(why), "{loss}");
    }
}
