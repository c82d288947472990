//! Where each instruction of a program went, as offsets from the start of the code section's contents: what DWARF for
//! WebAssembly calls an address of code.

use wasm_encoder::Encode;

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
        Some(new.saturating_add(old - before).min(limit))
    }
}

/// A function of a code section that is written anew.
#[derive(Debug)]
pub struct Written<'w> {
    /// Where it was in its module, from its size on, and where it is in the new section's functions.
    pub start: (u64, usize),
    pub end: (u64, usize),
    /// Where it was and where it is from its locals on, and wherever an instruction has gone farther than the one before.
    pub within: &'w [(u64, usize)],
}

/// Follows a code section that is written anew, function by function and in the order of the old one.
#[derive(Debug, Default)]
pub struct Recorder {
    /// Where code was in its module and where it is, as long as the section's number of functions is not known.
    points: Vec<(u64, u32)>,
    end: (u64, u32),
}

impl Recorder {
    /// A function has been written.
    pub fn function(&mut self, Written { start, end, within }: Written<'_>) {
        for (old, new) in [&[start], within].concat() {
            self.point(old, new as u32);
        }
        self.end = (end.0, end.1 as u32);
    }

    /// Behind these functions there are those.
    pub fn append(&mut self, behind: Recorder) {
        let start = self.end.1;
        for (old, new) in behind.points {
            self.point(old, start + new);
        }
        self.end = (behind.end.0, start + behind.end.1);
    }

    /// The mapping, now that the new section is known to have `count` functions; the contents of the old one were at
    /// `start` in their module.
    pub fn finish(mut self, start: u64, count: u32) -> CodeMap {
        let (end, new_end) = self.end;
        self.point(end, new_end);
        let shift = len_of(count);
        let place = |(old, new): (u64, u32)| (old.saturating_sub(start) as u32, new + shift);
        CodeMap { points: self.points.into_iter().map(place).collect(), end: place((end, new_end)) }
    }

    fn point(&mut self, old: u64, new: u32) {
        let difference = |(old, new): (u64, u32)| u64::from(new).wrapping_sub(old);
        if self.points.last().is_none_or(|last| difference(*last) != difference((old, new))) {
            self.points.push((old, new));
        }
    }
}

/// How many bytes the number of functions takes at the start of a section.
fn len_of(count: u32) -> u32 {
    let mut bytes = Vec::new();
    count.encode(&mut bytes);
    bytes.len() as u32
}
