//! Compares line number tables.

use gimli::{LineRow, Unit};

use crate::code::{Dwarf, Moved};

/// A row without its address.
#[derive(Debug, PartialEq)]
struct Row {
    file: Vec<u8>,
    line: u64,
    column: gimli::ColumnType,
    flags: [bool; 5],
    discriminator: u64,
}

/// Compares the rows of all units, and returns the number of rows about code that exists.
pub fn compare(old: &Dwarf<'_>, new: &Dwarf<'_>, moved: &Moved) -> usize {
    let (old, new) = (sequences(old), sequences(new));
    assert_eq!(old.len(), new.len(), "how many sequences there are");
    let mut seen = 0;
    for (old, new) in old.iter().zip(&new) {
        assert_eq!(old.len(), new.len(), "how many rows a sequence has");
        let is_code = moved.is_code(old[0].0);
        seen += if is_code { old.len() } else { 0 };
        for ((old, old_row), (new, new_row)) in old.iter().zip(new) {
            assert_eq!(old_row, new_row, "the row for {old:#x}");
            if is_code {
                moved.check(*old, *new, &|| format!("{old_row:?}"));
            } else {
                assert_eq!(old, new, "{old_row:?}");
            }
        }
    }
    seen
}

fn sequences(dwarf: &Dwarf<'_>) -> Vec<Vec<(u64, Row)>> {
    let (mut units, mut sequences) = (dwarf.units(), vec![Vec::new()]);
    while let Some(header) = units.next().expect("units") {
        let unit = dwarf.unit(header).expect("a unit");
        let Some(program) = unit.line_program.clone() else { continue };
        let mut rows = program.rows();
        while let Some((_, row)) = rows.next_row().expect("a table of lines") {
            let sequence = sequences.last_mut().expect("there is always one");
            sequence.push((row.address(), of(dwarf, &unit, row)));
            if row.end_sequence() {
                sequences.push(Vec::new());
            }
        }
    }
    assert!(sequences.pop().is_some_and(|last| last.is_empty()), "each sequence ends");
    sequences
}

fn of(dwarf: &Dwarf<'_>, unit: &Unit<gimli::EndianSlice<'_, gimli::LittleEndian>>, row: &LineRow) -> Row {
    let header = unit.line_program.as_ref().expect("it has rows").header();
    let mut file = Vec::new();
    if let Some(entry) = row.file(header) {
        for part in entry.directory(header).into_iter().chain([entry.path_name()]) {
            file.extend_from_slice(dwarf.attr_string(unit, part).expect("a name").slice());
            file.push(b'/');
        }
    }
    Row {
        file,
        line: row.line().map_or(0, |line| line.get()),
        column: row.column(),
        flags: [row.is_stmt(), row.basic_block(), row.prologue_end(), row.epilogue_begin(), row.end_sequence()],
        discriminator: row.discriminator(),
    }
}
