//! Rewrites lists of ranges and locations: `.debug_ranges` and `.debug_loc` up to version 4, `.debug_rnglists` and
//! `.debug_loclists` from version 5 on. A list contains neither its length nor its base: both come from the units that
//! refer to it, so these are read first.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use anyhow::{Context, Result, bail};
use gimli::constants as dw;
use gimli::{DebugAddrBase, DebugAddrIndex, Encoding, SectionId};

use super::cursor::{Cursor, uleb};
use super::edit::Edits;
use super::expression::{Expressions, Meaning, Prefix};
use super::pool::Pool;
use super::units::Dwarf;
use super::{Lost, Moved};

/// The context that is needed to read a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct List {
    /// The position of the unit.
    pub unit: (SectionId, usize),
    pub encoding: Encoding,
    /// The initial base address of its offsets.
    pub base: u64,
    pub addr_base: DebugAddrBase<usize>,
    /// The kind of its locations; none for a list of ranges.
    pub locations: Option<Meaning>,
}

/// The lists that units refer to.
#[derive(Default)]
pub struct Lists {
    found: BTreeMap<(SectionId, usize), List>,
}

impl Lists {
    pub fn add(&mut self, section: SectionId, at: usize, list: List) -> Result<()> {
        match self.found.entry((section, at)) {
            Entry::Vacant(entry) => {
                entry.insert(list);
            }
            Entry::Occupied(entry) if *entry.get() == list => {}
            Entry::Occupied(_) => {
                bail!("two units use the list at {at:#x} of `{}` each in its own way", section.name())
            }
        }
        Ok(())
    }

    pub fn append(&mut self, other: Lists) -> Result<()> {
        other.found.into_iter().try_for_each(|((section, at), list)| self.add(section, at, list))
    }

    /// Rewrites all lists.
    pub fn rewrite<'a>(
        &self,
        sections: &mut BTreeMap<SectionId, Edits<'a>>,
        dwarf: &Dwarf<'a>,
        moved: Moved<'_>,
        (pool, lost): (&mut Pool, &mut Lost),
    ) -> Result<()> {
        let mut last = None;
        for ((id, at), list) in &self.found {
            // A list that overlaps one already read is skipped: reading it again could take quadratic time, and would
            // edit it twice.
            if last.is_some_and(|(section, end)| section == *id && *at < end) {
                bail!("two lists of `{}` share what is at {at:#x}", id.name());
            }
            let section = sections.get_mut(id).with_context(|| format!("`{}` is missing", id.name()))?;
            let cursor = Cursor::new(section.bytes, *at);
            let mut reader = Reader { cursor, section, list, dwarf, moved, pool, lost, base: list.base };
            let read = if list.encoding.version < 5 { reader.pairs() } else { reader.entries() };
            last = Some((*id, reader.cursor.at));
            read.with_context(|| format!("the list at {at:#x} of `{}`", id.name()))?;
        }
        Ok(())
    }
}

struct Reader<'r, 'a> {
    cursor: Cursor<'a>,
    section: &'r mut Edits<'a>,
    list: &'r List,
    dwarf: &'r Dwarf<'a>,
    moved: Moved<'r>,
    pool: &'r mut Pool,
    lost: &'r mut Lost,
    /// The old base address.
    base: u64,
}

impl Reader<'_, '_> {
    /// Rewrites pairs of offsets, up to version 4.
    fn pairs(&mut self) -> Result<()> {
        loop {
            let at = self.cursor.at;
            let (begin, end) = (self.cursor.u32()?, self.cursor.u32()?);
            if (begin, end) == (0, 0) {
                return Ok(());
            }
            if begin == u32::MAX {
                self.base = end.into();
                self.address(at + 4, end);
                continue;
            }
            if let Some((new_begin, new_end)) = self.offsets(begin.into(), end.into())? {
                if (new_begin, new_end) == (0, 0) {
                    bail!("a range has become empty");
                }
                self.section.address(at, new_begin);
                self.section.address(at + 4, new_end);
            }
            if self.list.locations.is_some() {
                let len = self.cursor.u16()?.into();
                self.location(Prefix::Fixed(2), len)?;
            }
        }
    }

    /// Rewrites entries of several kinds, from version 5 on.
    fn entries(&mut self) -> Result<()> {
        loop {
            let kind = self.cursor.u8()?;
            let kind = if self.list.locations.is_some() {
                of_ranges(dw::DwLle(kind))?
            } else {
                EntryKind::Rle(dw::DwRle(kind))
            };
            match kind {
                EntryKind::Rle(dw::DW_RLE_end_of_list) => return Ok(()),
                EntryKind::Rle(dw::DW_RLE_base_addressx) => {
                    self.base = self.index()?;
                    continue;
                }
                EntryKind::Rle(dw::DW_RLE_base_address) => {
                    let (at, base) = (self.cursor.at, self.cursor.u32()?);
                    self.base = base.into();
                    self.address(at, base);
                    continue;
                }
                EntryKind::Rle(dw::DW_RLE_startx_endx) => {
                    self.index()?;
                    self.index()?;
                }
                EntryKind::Rle(dw::DW_RLE_startx_length) => {
                    let start = self.index()?;
                    self.distance(start)?;
                }
                EntryKind::Rle(dw::DW_RLE_offset_pair) => {
                    let at = self.cursor.at;
                    let (begin, end) = (self.cursor.uleb()?, self.cursor.uleb()?);
                    if let Some((begin, end)) = self.offsets(begin, end)? {
                        let pair = [uleb(begin.into()), uleb(end.into())].concat();
                        self.section.replace(at..self.cursor.at, &pair);
                    }
                }
                EntryKind::Rle(dw::DW_RLE_start_end) => {
                    for _ in 0..2 {
                        let (at, address) = (self.cursor.at, self.cursor.u32()?);
                        self.address(at, address);
                    }
                }
                EntryKind::Rle(dw::DW_RLE_start_length) => {
                    let (at, start) = (self.cursor.at, self.cursor.u32()?);
                    self.address(at, start);
                    self.distance(start.into())?;
                }
                EntryKind::View => {
                    self.cursor.uleb()?;
                    self.cursor.uleb()?;
                    continue;
                }
                EntryKind::Default => {}
                EntryKind::Rle(kind) => bail!("an entry of the unknown kind {:#x}", kind.0),
            }
            if self.list.locations.is_some() {
                let at = self.cursor.at;
                let len = usize::try_from(self.cursor.uleb()?)?;
                self.location(Prefix::Leb(self.cursor.at - at), len)?;
            }
        }
    }

    fn address(&mut self, at: usize, address: u32) {
        if let Some(new) = self.moved.code.get(address.into()) {
            self.section.address(at, new);
        }
    }

    /// Maps an address given by its index.
    fn index(&mut self) -> Result<u64> {
        let index = DebugAddrIndex(usize::try_from(self.cursor.uleb()?)?);
        self.pool.code(self.dwarf, self.list.addr_base, index)
    }

    /// Maps the length of code that starts at `start`.
    fn distance(&mut self, start: u64) -> Result<()> {
        let at = self.cursor.at;
        let len = self.cursor.uleb()?;
        if let Some(new) = self.moved.length(start, len) {
            self.section.replace(at..self.cursor.at, &uleb(new.into()));
        }
        Ok(())
    }

    /// Maps two offsets from the base; none if there is no code at them.
    fn offsets(&self, begin: u64, end: u64) -> Result<Option<(u32, u32)>> {
        let base = match self.base {
            0 => 0,
            base => match self.moved.code.get(base) {
                Some(base) => base,
                None => return Ok(None),
            },
        };
        let offset = |offset: u64| Some(self.moved.code.get(self.base.checked_add(offset)?)?.checked_sub(base));
        let (Some(begin), Some(end)) = (offset(begin), offset(end)) else { return Ok(None) };
        Ok(Some((begin.context("it is below its base")?, end.context("it is below its base")?)))
    }

    /// Rewrites the location that follows.
    fn location(&mut self, prefix: Prefix, len: usize) -> Result<()> {
        let at = self.cursor.at;
        self.cursor.bytes(len)?;
        let place = at..at + len;
        let List { unit, encoding, addr_base, locations, .. } = *self.list;
        let meaning = locations.context("a list of ranges has no locations")?;
        let (section, dwarf, moved) = (&mut *self.section, self.dwarf, self.moved);
        let mut expressions = Expressions { section, unit, dwarf, moved, encoding, addr_base };
        expressions.rewrite(prefix, place, meaning, self.pool, self.lost)
    }
}

/// The kind of an entry, which range lists and location lists number differently.
enum EntryKind {
    Rle(dw::DwRle),
    Default,
    View,
}

fn of_ranges(kind: dw::DwLle) -> Result<EntryKind> {
    Ok(EntryKind::Rle(match kind {
        dw::DW_LLE_end_of_list => dw::DW_RLE_end_of_list,
        dw::DW_LLE_base_addressx => dw::DW_RLE_base_addressx,
        dw::DW_LLE_startx_endx => dw::DW_RLE_startx_endx,
        dw::DW_LLE_startx_length => dw::DW_RLE_startx_length,
        dw::DW_LLE_offset_pair => dw::DW_RLE_offset_pair,
        dw::DW_LLE_base_address => dw::DW_RLE_base_address,
        dw::DW_LLE_start_end => dw::DW_RLE_start_end,
        dw::DW_LLE_start_length => dw::DW_RLE_start_length,
        dw::DW_LLE_default_location => return Ok(EntryKind::Default),
        dw::DW_LLE_GNU_view_pair => return Ok(EntryKind::View),
        other => bail!("an entry of the unknown kind {:#x}", other.0),
    }))
}
