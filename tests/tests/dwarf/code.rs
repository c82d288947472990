//! Maps the instructions of a program to those of the merged module, by reading both side by side.

use std::collections::BTreeMap;
use std::ops::Range;

use gimli::{EndianSlice, LittleEndian};
use wasmparser::{CustomSectionReader, FunctionBody, Operator, Parser, Payload};

pub type Dwarf<'a> = gimli::Dwarf<EndianSlice<'a, LittleEndian>>;

/// Reads the debugging information of a module.
pub fn dwarf(module: &[u8]) -> Dwarf<'_> {
    let load = |id: gimli::SectionId| Ok::<_, gimli::Error>(EndianSlice::new(section(module, id.name()), LittleEndian));
    Dwarf::load(load).expect("debugging information")
}

/// Returns a custom section; empty if there is none.
pub fn section<'a>(module: &'a [u8], name: &str) -> &'a [u8] {
    custom_sections(module).find(|section| section.name() == name).map_or(&[], |section| section.data())
}

/// Returns the ranges of a module's debugging information.
pub fn debug_sections(module: &[u8]) -> Vec<Range<usize>> {
    let sections = custom_sections(module).filter(|section| section.name().starts_with(".debug_"));
    sections.map(|section| section.data_offset() as usize..section.range().end as usize).collect()
}

fn custom_sections(module: &[u8]) -> impl Iterator<Item = CustomSectionReader<'_>> {
    Parser::new(0).parse_all(module).filter_map(|payload| match payload.expect("a module") {
        Payload::CustomSection(section) => Some(section),
        _ => None,
    })
}

/// The new positions of a program's code and memory.
pub struct Moved {
    pub base: u64,
    /// Old and new offsets of instructions, and of the starts and ends of functions.
    places: BTreeMap<u64, u64>,
}

impl Moved {
    pub fn between(old: &[u8], new: &[u8], base: u64) -> Moved {
        let (old, new) = (bodies(old), bodies(new));
        assert!(new.len() > old.len(), "the adapter's functions come after the program's");
        let mut places = BTreeMap::new();
        for ((old_start, old), (new_start, new)) in old.iter().zip(&new) {
            let mut add = |old: u64, new: u64| places.insert(old - old_start, new - new_start);
            add(old.range().start, new.range().start);
            let mut others = operators(new).into_iter();
            for (place, operator) in operators(old) {
                let (new, mut other) = others.next().expect("as many instructions as before");
                add(place, new);
                // A bulk operation is preceded by instructions that move its address.
                while is_bulk(&operator) && std::mem::discriminant(&operator) != std::mem::discriminant(&other) {
                    other = others.next().expect("the operation itself").1;
                }
                // The size of memory is followed by a subtraction of the adapter's pages.
                if matches!(operator, Operator::MemorySize { .. }) && base > 0 {
                    others.nth(1).expect("a subtraction");
                }
            }
            assert!(others.next().is_none(), "there are more instructions than before");
            add(old.range().end, new.range().end);
        }
        Moved { base, places }
    }

    /// Returns the new address of code; none for addresses that linkers use for dropped code.
    pub fn get(&self, old: u64) -> Option<u64> {
        self.places.get(&old).copied()
    }

    /// Returns whether an address lies within the code.
    pub fn is_code(&self, old: u64) -> bool {
        self.places.range(..=old).next().is_some() && self.places.range(old..).next().is_some()
    }

    /// Fails unless an address was mapped correctly. An address within an instruction, which linkers leave when a weak
    /// function is replaced, must stay within it.
    #[track_caller]
    pub fn check(&self, old: u64, new: u64, what: &dyn Fn() -> String) {
        let before = self.places.range(..=old).next_back().map(|(_, new)| *new);
        let behind = self.places.range(old..).next().map(|(_, new)| *new);
        let range = before.zip(behind).map_or(old..=old, |(before, behind)| before..=behind);
        assert!(range.contains(&new), "{old:#x} has become {new:#x} and not {range:x?}: {}", what());
    }

    /// Checks both ends of a range.
    #[track_caller]
    pub fn check_range(&self, old: Range<u64>, new: Range<u64>, what: &dyn Fn() -> String) {
        if self.is_code(old.start) {
            self.check(old.start, new.start, what);
            self.check(old.end, new.end, what);
        } else {
            assert_eq!(old, new, "{}", what());
        }
    }
}

/// Returns the functions of a module, each with the offset of the section's contents.
fn bodies(module: &[u8]) -> Vec<(u64, FunctionBody<'_>)> {
    let (mut start, mut bodies) = (0, Vec::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload.expect("a module") {
            Payload::CodeSectionStart { unchecked_range, .. } => start = unchecked_range.start,
            Payload::CodeSectionEntry(body) => bodies.push((start, body)),
            _ => {}
        }
    }
    bodies
}

fn operators<'a>(body: &FunctionBody<'a>) -> Vec<(u64, Operator<'a>)> {
    let mut reader = body.get_operators_reader().expect("a function");
    let mut operators = Vec::new();
    while !reader.eof() {
        operators.push((reader.original_position(), reader.read().expect("an instruction")));
    }
    operators
}

fn is_bulk(operator: &Operator<'_>) -> bool {
    matches!(operator, Operator::MemoryCopy { .. } | Operator::MemoryFill { .. } | Operator::MemoryInit { .. })
}

/// Returns the module with an exported function as its start function, otherwise unchanged.
pub fn with_start(module: &[u8], export: &str) -> Vec<u8> {
    let (mut start, mut at) = (None, 0);
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.expect("a module");
        if let Payload::ExportSection(section) = &payload {
            let mut exports = section.clone().into_iter().map(|found| found.expect("an export"));
            start = exports.find(|found| found.name == export).map(|found| found.index);
            at = section.range().end as usize;
        }
    }
    let index = u8::try_from(start.expect("the function is exported")).expect("a small number");
    assert!(index < 0x80, "one byte holds the index");
    [&module[..at], &[8, 1, index], &module[at..]].concat()
}
