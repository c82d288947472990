//! Rewrites debugging information (DWARF) for code, and possibly data, that has moved.
//!
//! Everything stays as the compiler wrote it, except for addresses and offsets:
//!
//! | section | file | changes |
//! |---|---|---|
//! | `.debug_info`, `.debug_types` | `units.rs` | addresses and lengths of code, expressions, offsets into what has changed |
//! | `.debug_line` | `line.rs` | the advances between rows |
//! | `.debug_ranges`, `.debug_rnglists`, `.debug_loc`, `.debug_loclists` | `lists.rs` | addresses and offsets of code |
//! | `.debug_addr` | `pool.rs` | those that are addresses of code |
//! | `.debug_aranges`, `.debug_pubnames`, `.debug_macro` .. | `tables.rs` | addresses of code and offsets |
//! | expressions in all of them | `expression.rs` | places in memory |
//!
//! `code_map.rs` maps code offsets, and `edit.rs` applies the changes. Addresses outside of every function stay the
//! same: they stand for code that a linker has dropped. Contents that are not understood are left out rather than left
//! wrong: the location of a variable, a section, or all debugging information.

mod code_map;
mod cursor;
mod edit;
mod expression;
mod line;
mod lists;
mod pool;
mod tables;
mod units;

use std::borrow::Cow;
use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use gimli::{EndianSlice, LittleEndian, SectionId};

use edit::{Applied, Edits};
use units::{Collected, Dwarf};

pub use code_map::{CodeMap, Recorder, Written};

/// The new positions of a program's code and data.
#[derive(Clone, Copy)]
pub struct Moved<'m> {
    pub code: &'m CodeMap,
    /// The number of bytes by which its memory has moved up.
    pub base: u32,
}

impl Moved<'_> {
    /// Returns the new length of code that starts at an address.
    fn length(&self, start: u64, len: u64) -> Option<u32> {
        let new = self.code.get(start)?;
        self.code.get(start.checked_add(len)?)?.checked_sub(new)
    }

    /// Returns whether an address can be one of data.
    fn is_data(&self, address: u64) -> bool {
        // The last addresses and the first stand for data that a linker has dropped.
        address != 0 && address < u64::from(u32::MAX - 1 - self.base)
    }
}

/// Counts the contents that were left out.
#[derive(Default)]
pub struct Lost {
    /// The number of variable locations.
    locations: usize,
}

impl Lost {
    fn append(&mut self, other: Lost) {
        self.locations += other.locations;
    }
}

/// Rewritten debugging information.
#[derive(Debug, Default)]
pub struct Rewritten<'a> {
    pub sections: Vec<(&'a str, Cow<'a, [u8]>)>,
    /// Descriptions of the contents that were left out.
    pub losses: Vec<String>,
}

/// Returns whether a custom section is part of a module's debugging information.
pub fn is_dwarf(name: &str) -> bool {
    name.starts_with(".debug_")
}

/// Rewrites the sections of a program, or omits all of them and says why.
pub fn rewrite<'a>(sections: &[(&'a str, &'a [u8])], moved: Moved<'_>) -> Rewritten<'a> {
    if sections.is_empty() {
        return Rewritten::default();
    }
    try_rewrite(sections, moved).unwrap_or_else(|error| {
        let loss = format!("its debugging information (DWARF) is left out: {error:#}");
        Rewritten { sections: Vec::new(), losses: vec![loss] }
    })
}

/// The treatment of a section.
enum Fate {
    /// It is copied.
    Stays,
    Rewritten(SectionId),
    LeftOut,
}

fn fate(name: &str) -> Result<Fate> {
    use SectionId::*;
    let rewritten = [
        DebugInfo,
        DebugTypes,
        DebugLine,
        DebugRanges,
        DebugRngLists,
        DebugLoc,
        DebugLocLists,
        DebugAddr,
        DebugAranges,
        DebugPubNames,
        DebugPubTypes,
        DebugMacro,
        DebugNames,
    ];
    if let Some(id) = rewritten.into_iter().find(|id| id.name() == name) {
        return Ok(Fate::Rewritten(id));
    }
    Ok(match name {
        ".debug_abbrev" | ".debug_str" | ".debug_str_offsets" | ".debug_line_str" | ".debug_macinfo"
        | ".debug_gdb_scripts" => Fate::Stays,
        ".debug_cu_index" | ".debug_tu_index" | ".debug_sup" => bail!("part of it is in another file"),
        name if name.ends_with(".dwo") => bail!("part of it is in another file"),
        _ => Fate::LeftOut,
    })
}

fn try_rewrite<'a>(sections: &[(&'a str, &'a [u8])], moved: Moved<'_>) -> Result<Rewritten<'a>> {
    let (mut edits, mut losses) = (BTreeMap::new(), Vec::new());
    for (name, bytes) in sections {
        match fate(name)? {
            Fate::Rewritten(id) if edits.insert(id, Edits::new(bytes)).is_some() => bail!("there are two `{name}`"),
            Fate::LeftOut => losses.push(format!("the debugging information in `{name}` is left out")),
            _ => {}
        }
    }
    let find = |id: SectionId| sections.iter().find(|(name, _)| *name == id.name()).map_or(&[][..], |(_, bytes)| bytes);
    let load = |id| Ok::<_, gimli::Error>(EndianSlice::new(find(id), LittleEndian));
    let dwarf = Dwarf::load(load)?;
    let lost = change(&mut edits, &dwarf, moved)?;
    let mut applied = edit::apply(&mut edits)?;
    if lost.locations > 0 {
        losses.push(format!(
            "the places of {} variables are left out of its debugging information (DWARF)",
            lost.locations
        ));
    }
    // Debuggers can rebuild this index.
    if applied.get(&SectionId::DebugInfo).is_some_and(Applied::has_shifted)
        && applied.remove(&SectionId::DebugNames).is_some()
    {
        losses.push("the index of its debugging information in `.debug_names` is left out".into());
    }
    let mut rewritten = Vec::new();
    for (name, bytes) in sections {
        match fate(name)? {
            Fate::Stays => rewritten.push((*name, Cow::Borrowed(*bytes))),
            Fate::Rewritten(id) => {
                rewritten.extend(applied.remove(&id).map(|applied| (*name, Cow::Owned(applied.bytes))));
            }
            Fate::LeftOut => {}
        }
    }
    Ok(Rewritten { sections: rewritten, losses })
}

/// Records all edits.
fn change<'a>(sections: &mut BTreeMap<SectionId, Edits<'a>>, dwarf: &Dwarf<'a>, moved: Moved<'_>) -> Result<Lost> {
    let mut found = Collected::default();
    units::rewrite(sections, dwarf, moved, &mut found)?;
    let Collected { lists, mut pool, macros, mut lost, .. } = found;
    lists.rewrite(sections, dwarf, moved, (&mut pool, &mut lost))?;
    for (id, section) in sections.iter_mut() {
        let changed = match id {
            SectionId::DebugLine => line::rewrite(section, moved.code),
            SectionId::DebugAddr => pool.rewrite(section, dwarf, moved),
            SectionId::DebugAranges => tables::aranges(section, moved),
            SectionId::DebugPubNames | SectionId::DebugPubTypes => tables::names(section),
            SectionId::DebugMacro => tables::macros(section, &macros),
            SectionId::DebugRngLists | SectionId::DebugLocLists => tables::offsets(section, *id),
            _ => Ok(()),
        };
        changed.with_context(|| format!("in `{}`", id.name()))?;
    }
    Ok(lost)
}

#[cfg(test)]
mod tests;
