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
    /// The offset in the old module from which old offsets are counted.
    start: u64,
    /// Old and new offsets. The new ones still lack the length of the section's header.
    points: Vec<(u32, u32)>,
    end: (u32, u32),
}

impl Recorder {
    /// Begins to record. `start` is the offset at which the contents of the old section began.
    pub fn new(start: u64) -> Recorder {
        Recorder { start, ..Recorder::default() }
    }

    /// Records a copied function.
    pub fn function(&mut self, Written { start, end, within }: Written<'_>) {
        self.point(start);
        for point in within {
            self.point(*point);
        }
        self.end = self.place(end);
    }

    /// Appends the functions of each of `parts`.
    pub fn extend(&mut self, parts: Vec<Recorder>) {
        self.points.reserve_exact(parts.iter().map(|part| part.points.len()).sum::<usize>() + 1); // and the end
        for part in parts {
            let start = self.end.1;
            self.points.extend(part.points.into_iter().map(|(old, new)| (old, start + new)));
            self.end = (part.end.0, start + part.end.1);
        }
    }

    /// Completes the mapping. `count` is the number of functions in the new section.
    pub fn finish(mut self, count: u32) -> CodeMap {
        self.points.push(self.end);
        let header = len_of(count);
        self.points.iter_mut().for_each(|(_, new)| *new += header);
        CodeMap { points: self.points, end: (self.end.0, self.end.1 + header) }
    }

    fn place(&self, (old, new): (u64, usize)) -> (u32, u32) {
        (old.saturating_sub(self.start) as u32, new as u32)
    }

    fn point(&mut self, at: (u64, usize)) {
        let at = self.place(at);
        let difference = |(old, new): (u32, u32)| new.wrapping_sub(old);
        if self.points.last().is_none_or(|last| difference(*last) != difference(at)) {
            self.points.push(at);
        }
    }
}

/// Returns the length of the encoded number of functions.
fn len_of(count: u32) -> u32 {
    let mut bytes = Vec::new();
    count.encode(&mut bytes);
    bytes.len() as u32
}
