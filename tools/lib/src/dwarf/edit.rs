//! Edits to sections. Replacements may be longer or shorter than the original. Offsets into sections, which are
//! everywhere in DWARF, are recorded as references and updated when all edits are known.

use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::{Context, Result, bail};
use gimli::SectionId;
use rayon::prelude::*;

/// A section and its edits. All positions are those of the original.
#[derive(Default)]
pub struct Edits<'a> {
    pub bytes: &'a [u8],
    edits: Vec<Edit>,
    /// The replacement bytes of all edits.
    new: Vec<u8>,
    references: Vec<Reference>,
    /// The references of appended edits, which are too many to be copied.
    appended: Vec<Vec<Reference>>,
}

struct Edit {
    old: Range<u32>,
    /// The range of the replacement in `new`.
    new: Range<u32>,
}

/// A field that holds the distance between two positions of a section. There are very many, so it is small.
struct Reference {
    at: u32,
    from: u32,
    target: u32,
    len: u8,
    /// True if it is encoded as ULEB128.
    leb: bool,
    to: SectionId,
}

impl<'a> Edits<'a> {
    pub fn new(bytes: &'a [u8]) -> Edits<'a> {
        Edits { bytes, ..Edits::default() }
    }

    pub fn replace(&mut self, old: Range<usize>, new: &[u8]) {
        let start = position(self.new.len());
        self.new.extend_from_slice(new);
        self.edits.push(Edit { old: positions(old), new: start..position(self.new.len()) });
    }

    /// Replaces an address.
    pub fn address(&mut self, at: usize, address: u32) {
        self.replace(at..at.saturating_add(4), &address.to_le_bytes());
    }

    /// Records that the field `at` is the offset of `target` in the section `to`, counted from `from`.
    pub fn reference(&mut self, at: Range<usize>, to: SectionId, from: usize, target: usize) {
        self.note(at, false, to, (from, target));
    }

    /// Records a reference in a field that is encoded as ULEB128.
    pub fn leb_reference(&mut self, at: Range<usize>, to: SectionId, from: usize, target: usize) {
        self.note(at, true, to, (from, target));
    }

    fn note(&mut self, at: Range<usize>, leb: bool, to: SectionId, (from, target): (usize, usize)) {
        let len = u8::try_from(at.len()).unwrap_or(u8::MAX); // gimli reads at most ten bytes of a number
        let [at, from, target] = [at.start, from, target].map(position);
        self.references.push(Reference { at, from, target, len, leb, to });
    }

    /// Records that the field before `contents` is their length.
    pub fn length(&mut self, in_section: SectionId, width: usize, contents: Range<usize>) {
        self.reference(contents.start.saturating_sub(width)..contents.start, in_section, contents.start, contents.end);
    }

    /// Appends edits of the same section.
    pub fn extend(&mut self, parts: Vec<Edits<'a>>) {
        self.edits.reserve_exact(parts.iter().map(|part| part.edits.len()).sum());
        self.new.reserve_exact(parts.iter().map(|part| part.new.len()).sum());
        for part in parts {
            let before = position(self.new.len());
            let behind = |at: u32| at.saturating_add(before);
            self.edits.extend(
                part.edits.into_iter().map(|edit| Edit { new: behind(edit.new.start)..behind(edit.new.end), ..edit }),
            );
            self.new.extend(part.new);
            self.appended.push(part.references);
        }
    }

    fn references(&self) -> impl Iterator<Item = &Reference> {
        self.references.iter().chain(self.appended.iter().flatten())
    }

    /// Applies the edits. References still have their old values.
    fn apply(&mut self) -> Result<Applied> {
        self.edits.sort_by_key(|edit| edit.old.start);
        let mut bytes = Vec::with_capacity(self.bytes.len() + self.new.len());
        let (mut copied, mut shifts) = (0, Vec::new());
        for Edit { old, new } in &self.edits {
            let (start, end) = (old.start as usize, old.end as usize);
            if start < copied {
                bail!("something at offset {start:#x} is used in two ways");
            }
            bytes.extend_from_slice(self.bytes.get(copied..start).context("a position lies outside of the section")?);
            let new = self.new.get(new.start as usize..new.end as usize).context("there is too much that is new")?;
            bytes.extend_from_slice(new);
            copied = end;
            if old.len() != new.len() {
                shifts.push((old.end, position(bytes.len())));
            }
        }
        bytes.extend_from_slice(self.bytes.get(copied..).context("a position lies outside of the section")?);
        Ok(Applied { bytes, shifts })
    }
}

/// Converts a position to 32 bits, which a section of WebAssembly never exceeds. Larger values point outside of every
/// section, and saturate.
fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn positions(at: Range<usize>) -> Range<u32> {
    position(at.start)..position(at.end)
}

/// An edited section.
pub struct Applied {
    pub bytes: Vec<u8>,
    /// Old and new positions after each edit that changed a length.
    shifts: Vec<(u32, u32)>,
}

impl Applied {
    /// Returns the new position. `next` caches the index of the first shift behind the last position asked for, because
    /// the next one is likely to be near.
    fn position(&self, next: &mut usize, old: u32) -> u32 {
        let shifted = |index: usize| self.shifts.get(index).is_some_and(|(position, _)| *position <= old);
        if shifted(*next) || (*next > 0 && !shifted(*next - 1)) {
            *next = self.shifts.partition_point(|(position, _)| *position <= old);
        }
        let last = next.checked_sub(1).and_then(|last| self.shifts.get(last));
        last.map_or(old, |(before, after)| after.saturating_add(old.saturating_sub(*before)))
    }

    /// Returns whether any position has changed.
    pub fn has_shifted(&self) -> bool {
        !self.shifts.is_empty()
    }
}

/// Applies all edits in all sections.
pub fn apply(sections: &mut BTreeMap<SectionId, Edits<'_>>) -> Result<BTreeMap<SectionId, Applied>> {
    let apply = |(id, edits): (&SectionId, &mut Edits<'_>)| {
        Ok((*id, edits.apply().with_context(|| format!("in `{}`", id.name()))?))
    };
    let applied: Vec<_> = sections.par_iter_mut().map(apply).collect();
    let mut applied = applied.into_iter().collect::<Result<BTreeMap<_, _>>>()?;
    for (id, edits) in sections.iter() {
        let mut bytes = std::mem::take(&mut applied.get_mut(id).expect("all have been applied").bytes);
        let (mut near, mut from, mut target) = (0, 0, 0);
        for reference in edits.references() {
            let own = applied.get(id).expect("all have been applied");
            let at = own.position(&mut near, reference.at) as usize;
            let own = applied.get(&reference.to).with_context(|| format!("`{}` is missing", reference.to.name()))?;
            if own.has_shifted() {
                let value =
                    own.position(&mut target, reference.target).wrapping_sub(own.position(&mut from, reference.from));
                let field = bytes
                    .get_mut(at..at.saturating_add(reference.len.into()))
                    .context("a reference outside of the section")?;
                write(field, reference.leb, value.into()).with_context(|| format!("in `{}`", id.name()))?;
            }
        }
        applied.get_mut(id).expect("all have been applied").bytes = bytes;
    }
    Ok(applied)
}

/// Writes a number into a field of fixed width.
pub fn write(field: &mut [u8], leb: bool, mut value: u64) -> Result<()> {
    let last = field.len().saturating_sub(1);
    for (index, byte) in field.iter_mut().enumerate() {
        if leb {
            *byte = value as u8 & 0x7f | if index < last { 0x80 } else { 0 };
            value >>= 7;
        } else {
            *byte = value as u8;
            value >>= 8;
        }
    }
    if value != 0 {
        bail!("a number has become too large for its {} bytes", field.len());
    }
    Ok(())
}
