//! Where each instruction of a program went, as offsets from the start of the code section's contents: what DWARF for
//! WebAssembly calls an address of code.

use std::ops::Range;

use wasm_encoder::{CodeSection, Encode, Function};

/// A mapping of old offsets in a code section to new ones, which keeps their order.
#[derive(Debug, Default)]
pub struct CodeMap {
    /// Old and new offsets, both ascending, where their difference changes.
    points: Vec<(u32, u32)>,
    /// The ends of the last function, old and new.
    end: (u32, u32),
}

impl CodeMap {
    /// What an offset has become; none if it is in no function, as those are that stand for code which a linker has
    /// dropped: 0, -1, -2.
    ///
    /// The end of a function is where the next one's size begins, before and after.
    pub fn get(&self, old: u64) -> Option<u32> {
        let old = u32::try_from(old).ok().filter(|old| *old <= self.end.0)?;
        let next = self.points.partition_point(|(point, _)| *point <= old);
        let (before, new) = *self.points.get(next.checked_sub(1)?)?;
        // What is within an instruction stays within it.
        let limit = self.points.get(next).map_or(self.end.1, |(_, new)| *new);
        Some((new + (old - before)).min(limit))
    }
}

/// Follows a code section that is written anew, function by function and in the order of the old one.
#[derive(Debug)]
pub struct Recorder {
    /// Where the contents of the old section start in their module.
    start: u64,
    /// Where the next function starts in the old section, its size included.
    next: u32,
    /// The points of the function at hand, from the starts of the old section and of the new function.
    within: Vec<(u32, u32)>,
    map: CodeMap,
}

impl Recorder {
    /// For the old code section whose contents are at `contents` in its module, the last `size` bytes of them functions.
    pub fn new(contents: Range<u64>, size: u32) -> Recorder {
        let count = contents.end.saturating_sub(contents.start).saturating_sub(size.into());
        Recorder { start: contents.start, next: count as u32, within: Vec::new(), map: CodeMap::default() }
    }

    /// A function is about to be written, perhaps once more.
    pub fn function(&mut self) {
        self.within.clear();
    }

    /// An instruction, at `old` in the old module, is about to be added to the new function.
    pub fn instruction(&mut self, old: u64, function: &Function) {
        self.within.push((self.offset(old), function.byte_len() as u32));
    }

    /// A function has been added to the new section: the old one was at `old` in its module, the new one has `len` bytes,
    /// both without the size before them.
    pub fn added(&mut self, old: Range<u64>, len: usize, code: &CodeSection) {
        let body = (code.byte_len() - len) as u32;
        let (old_body, old_end) = (self.offset(old.start), self.offset(old.end));
        self.point(self.next, self.map.end.1);
        self.point(old_body, body);
        for (old, new) in std::mem::take(&mut self.within) {
            self.point(old, body + new);
        }
        self.next = old_end;
        self.map.end = (old_end, code.byte_len() as u32);
    }

    /// The mapping, now that the new section is known to have `count` functions.
    pub fn finish(mut self, count: u32) -> CodeMap {
        let (end, new_end) = self.map.end;
        self.point(end, new_end);
        let shift = len_of(count);
        let CodeMap { mut points, .. } = self.map;
        points.iter_mut().for_each(|(_, new)| *new += shift);
        CodeMap { points, end: (end, new_end + shift) }
    }

    fn offset(&self, old: u64) -> u32 {
        (old - self.start) as u32
    }

    fn point(&mut self, old: u32, new: u32) {
        let difference = |(old, new): (u32, u32)| new.wrapping_sub(old);
        if self.map.points.last().is_none_or(|last| difference(*last) != difference((old, new))) {
            self.map.points.push((old, new));
        }
    }
}

/// How many bytes the number of functions takes at the start of a section.
fn len_of(count: u32) -> u32 {
    let mut bytes = Vec::new();
    count.encode(&mut bytes);
    bytes.len() as u32
}
