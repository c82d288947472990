//! Maps code offsets, counted from the start of the code section's contents, from the old module to the new one. DWARF
//! for WebAssembly uses these offsets as addresses of code.

use wasm_encoder::Encode;

/// A mapping of old code offsets to new ones, which preserves their order.
#[derive(Debug, Default)]
pub struct CodeMap {
    /// Pairs of old and new offsets, both ascending, at which their difference changes.
    points: Vec<(u32, u32)>,
    /// The old and new end of the last function.
    end: (u32, u32),
}

impl CodeMap {
    /// Returns the new offset; none if the old one is in no function. The offsets 0, -1 and -2 stand for code that a
    /// linker has dropped.
    ///
    /// A function ends where the encoded size of the next one begins.
    pub fn get(&self, old: u64) -> Option<u32> {
        let old = u32::try_from(old).ok().filter(|old| *old <= self.end.0)?;
        let next = self.points.partition_point(|(point, _)| *point <= old);
        let (before, new) = *self.points.get(next.checked_sub(1)?)?;
        // An offset within an instruction must stay within it.
        let limit = self.points.get(next).map_or(self.end.1, |(_, new)| *new);
        Some(new.saturating_add(old - before).min(limit))
    }
}

/// A function that has been copied to a new code section.
#[derive(Debug)]
pub struct Written<'w> {
    /// The old offset of the function, in its module, and the new one, among the new section's functions. Both include
    /// the encoded size.
    pub start: (u64, usize),
    pub end: (u64, usize),
    /// Pairs of old and new offsets: the first at the locals, the others wherever the difference changes.
    pub within: &'w [(u64, usize)],
}

/// Records the functions of a new code section, in order.
#[derive(Debug, Default)]
pub struct Recorder {
    /// Old offsets in the module and new offsets, which still lack the length of the section's header.
    points: Vec<(u64, u32)>,
    end: (u64, u32),
}

impl Recorder {
    /// Records a copied function.
    pub fn function(&mut self, Written { start, end, within }: Written<'_>) {
        for (old, new) in [&[start], within].concat() {
            self.point(old, new as u32);
        }
        self.end = (end.0, end.1 as u32);
    }

    /// Appends the functions of `behind`.
    pub fn append(&mut self, behind: Recorder) {
        let start = self.end.1;
        for (old, new) in behind.points {
            self.point(old, start + new);
        }
        self.end = (behind.end.0, start + behind.end.1);
    }

    /// Completes the mapping. `count` is the number of functions in the new section, and `start` the offset at which
    /// the contents of the old one began.
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

/// Returns the length of the encoded number of functions.
fn len_of(count: u32) -> u32 {
    let mut bytes = Vec::new();
    count.encode(&mut bytes);
    bytes.len() as u32
}
