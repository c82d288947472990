//! Malformed sections: they are rewritten or left out, in little time.

use gimli::constants as dw;

use super::stretched;
use crate::dwarf::{Moved, rewrite};

/// The largest 64-bit number as ULEB128.
const MOST: [u8; 10] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];

/// Returns a unit of version 5 and its abbreviations, with one entry that has one attribute.
fn unit(attribute: dw::DwAt, form: dw::DwForm, value: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let abbreviations = [1, dw::DW_TAG_compile_unit.0 as u8, 0, attribute.0 as u8, form.0 as u8, 0, 0, 0].to_vec();
    let contents = [&[5, 0, dw::DW_UT_compile.0, 4, 0, 0, 0, 0, 1], value].concat();
    ([&(contents.len() as u32).to_le_bytes()[..], &contents].concat(), abbreviations)
}

#[test]
fn numbers_that_are_too_large() {
    let code = stretched(3);
    let expression = |op: dw::DwOp| [&[11, op.0][..], &MOST].concat();
    for (attribute, form, value) in [
        (dw::DW_AT_type, dw::DW_FORM_ref_udata, MOST.to_vec()),
        (dw::DW_AT_type, dw::DW_FORM_ref8, vec![0xff; 8]),
        (dw::DW_AT_type, dw::DW_FORM_ref_addr, vec![0xff; 4]),
        (dw::DW_AT_entry_pc, dw::DW_FORM_addrx, MOST.to_vec()),
        (dw::DW_AT_high_pc, dw::DW_FORM_udata, MOST.to_vec()),
        (dw::DW_AT_stmt_list, dw::DW_FORM_sec_offset, vec![0xff; 4]),
        (dw::DW_AT_ranges, dw::DW_FORM_sec_offset, vec![0xff; 4]),
        (dw::DW_AT_macros, dw::DW_FORM_sec_offset, vec![0xff; 4]),
        (dw::DW_AT_location, dw::DW_FORM_exprloc, expression(dw::DW_OP_addrx)),
        (dw::DW_AT_location, dw::DW_FORM_exprloc, expression(dw::DW_OP_plus_uconst)),
        (dw::DW_AT_location, dw::DW_FORM_exprloc, expression(dw::DW_OP_convert)),
        (dw::DW_AT_location, dw::DW_FORM_exprloc, MOST.to_vec()),
    ] {
        let (info, abbreviations) = unit(attribute, form, &value);
        let sections =
            [".debug_info", ".debug_abbrev", ".debug_addr", ".debug_line", ".debug_rnglists", ".debug_macro"];
        let bytes = [&info[..], &abbreviations, &[0; 16], &[], &[], &[0; 4]];
        let sections: Vec<_> = sections.into_iter().zip(bytes).collect();
        for base in [0, 2 << 16] {
            let found = rewrite(&sections, Moved { code: &code, base });
            assert!(!found.sections.is_empty() || found.losses.len() == 1, "{attribute}: {:?}", found.losses);
        }
    }
}

#[test]
fn attributes_without_number() {
    let code = stretched(1);
    // A one-byte entry with 20,000 attributes of zero bytes.
    let flag = [dw::DW_AT_artificial.0 as u8, dw::DW_FORM_flag_present.0 as u8];
    let abbreviations = [&[1, dw::DW_TAG_compile_unit.0 as u8, 0][..], &flag.repeat(20_000), &[0, 0, 0]].concat();
    let contents = [&[5, 0, dw::DW_UT_compile.0, 4, 0, 0, 0, 0][..], &[1; 100_000]].concat();
    let info = [&(contents.len() as u32).to_le_bytes()[..], &contents].concat();
    let found = rewrite(&[(".debug_info", &info), (".debug_abbrev", &abbreviations)], Moved { code: &code, base: 0 });
    let [loss] = &found.losses[..] else { panic!("{:?}", found.losses) };
    assert!(loss.contains("more attributes than anything needs"), "{loss}");
}

#[test]
fn abbreviations_that_have_no_end() {
    let code = stretched(1);
    // Each unit has its first abbreviation where the one before it has its second, and so all that follow.
    let (mut info, mut abbreviations) = (Vec::new(), Vec::new());
    for number in 0..30_000u32 {
        let start = (abbreviations.len() as u32).to_le_bytes();
        let contents = [&[5, 0, dw::DW_UT_compile.0, 4][..], &start, &leb(30_000)].concat();
        info.extend([&(contents.len() as u32).to_le_bytes()[..], &contents].concat());
        abbreviations.extend([&leb(number + 1)[..], &[dw::DW_TAG_compile_unit.0 as u8, 0, 0, 0]].concat());
    }
    let found = rewrite(&[(".debug_info", &info), (".debug_abbrev", &abbreviations)], Moved { code: &code, base: 0 });
    let [loss] = &found.losses[..] else { panic!("{:?}", found.losses) };
    assert!(loss.contains("abbreviation"), "{loss}");
}

/// A number as ULEB128, in three bytes.
fn leb(number: u32) -> [u8; 3] {
    [number as u8 | 0x80, (number >> 7) as u8 | 0x80, (number >> 14) as u8]
}
