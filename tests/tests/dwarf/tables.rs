//! Compares the tables of addresses and of names.

use std::collections::HashMap;
use std::ops::Range;

use gimli::{DebugAranges, DebugInfoOffset, DebugPubNames, LittleEndian};

use crate::code::{self, Dwarf, Moved};

/// Compares `.debug_aranges` and `.debug_pubnames`, if they are there.
pub fn compare(old: &[u8], new: &[u8], moved: &Moved) {
    let (old_ranges, new_ranges) = (ranges(old), ranges(new));
    assert_eq!(old_ranges.len(), new_ranges.len(), "how many units have ranges");
    for ((old_unit, old), (new_unit, new)) in old_ranges.into_iter().zip(new_ranges) {
        assert_eq!((old_unit, old.len()), (new_unit, new.len()));
        for (old, new) in old.into_iter().zip(new) {
            moved.check_range(old, new, &|| format!("a range of unit {old_unit}"));
        }
    }
    assert_eq!(names(old), names(new));
}

/// Returns the ranges of each unit, by its number.
fn ranges(module: &[u8]) -> Vec<(usize, Vec<Range<u64>>)> {
    let numbers = numbers(&code::dwarf(module));
    let table = DebugAranges::new(code::section(module, ".debug_aranges"), LittleEndian);
    let (mut headers, mut units) = (table.headers(), Vec::new());
    while let Some(header) = headers.next().expect("ranges") {
        let (mut entries, mut ranges) = (header.entries(), Vec::new());
        while let Some(entry) = entries.next().expect("a range") {
            ranges.push(entry.address()..entry.address() + entry.length());
        }
        units.push((numbers[&header.debug_info_offset()], ranges));
    }
    units
}

/// Returns the public names, each with the number of its unit and the tag and attributes of its entry.
fn names(module: &[u8]) -> Vec<(Vec<u8>, usize, String)> {
    let mut dwarf = code::dwarf(module);
    dwarf.populate_abbreviations_cache(gimli::AbbreviationsCacheStrategy::Duplicates);
    let numbers = numbers(&dwarf);
    let table = DebugPubNames::new(code::section(module, ".debug_pubnames"), LittleEndian);
    let (mut items, mut names) = (table.items(), Vec::new());
    while let Some(item) = items.next().expect("a name") {
        let header = dwarf.unit_header(item.unit_header_offset()).expect("a unit");
        let abbreviations = dwarf.abbreviations(&header).expect("abbreviations");
        let entry = header.entry(&abbreviations, item.die_offset()).expect("an entry");
        let attributes: Vec<_> = entry.attrs().iter().map(|attribute| attribute.name()).collect();
        names.push((
            item.name().slice().to_vec(),
            numbers[&item.unit_header_offset()],
            format!("{} {attributes:?}", entry.tag()),
        ));
    }
    names
}

/// Returns the number of each unit, by its offset.
fn numbers(dwarf: &Dwarf<'_>) -> HashMap<DebugInfoOffset, usize> {
    let (mut units, mut numbers) = (dwarf.units(), HashMap::new());
    while let Some(header) = units.next().expect("units") {
        numbers.insert(header.debug_info_offset().expect("it is one of `.debug_info`"), numbers.len());
    }
    numbers
}
