//! Rewrites `.debug_info` and `.debug_types`: attributes that are addresses of code, expressions, or offsets into
//! sections that change.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use gimli::constants as dw;
use gimli::{Abbreviation, Abbreviations, AttributeValue, DebugAbbrev, DebugAbbrevOffset, EndianSlice, LittleEndian};
use gimli::{Section as _, SectionId, UnitHeader, UnitOffset, UnitType};
use rayon::prelude::*;

use super::cursor::uleb;
use super::edit::{Edits, write};
use super::expression::{Expressions, Meaning, Prefix};
use super::lists::{List, Lists};
use super::pool::Pool;
use super::{Lost, Moved};

pub type Slice<'a> = EndianSlice<'a, LittleEndian>;
pub type Dwarf<'a> = gimli::Dwarf<Slice<'a>>;

/// References from the units to other sections.
#[derive(Default)]
pub struct Collected {
    pub lists: Lists,
    pub pool: Pool,
    /// The offsets of the units' macros.
    pub macros: Vec<usize>,
    pub lost: Lost,
}

/// The maximum number of attributes of an entry. They may take no bytes at all, so a small entry could have any number;
/// compilers stay far below.
const MOST_ATTRIBUTES: usize = 64;

/// The number of groups of units that one task rewrites at least.
const SHARE: usize = 8;

impl Collected {
    fn append(&mut self, other: Collected) -> Result<()> {
        self.lists.append(other.lists)?;
        self.pool.append(other.pool);
        self.macros.extend(other.macros);
        self.lost.append(other.lost);
        Ok(())
    }
}

/// The units with the same abbreviations, which are read once.
struct Group<'a> {
    /// The range of the abbreviations in `.debug_abbrev`.
    abbreviations: Range<usize>,
    units: Vec<UnitHeader<Slice<'a>>>,
}

/// The edits of a group of units.
#[derive(Default)]
struct Part<'a> {
    edits: BTreeMap<SectionId, Edits<'a>>,
    found: Collected,
}

/// Rewrites all units, on all cores.
pub fn rewrite<'a>(
    sections: &mut BTreeMap<SectionId, Edits<'a>>,
    dwarf: &Dwarf<'a>,
    moved: Moved<'_>,
    found: &mut Collected,
) -> Result<()> {
    let bytes: BTreeMap<_, _> = sections.iter().map(|(id, section)| (*id, section.bytes)).collect();
    let parts: Vec<_> =
        groups(dwarf)?.into_par_iter().with_min_len(SHARE).map(|it| group(&bytes, it, dwarf, moved)).collect();
    let mut edits = BTreeMap::<_, Vec<_>>::new();
    for part in parts {
        let part = part?;
        part.edits.into_iter().for_each(|(id, part)| edits.entry(id).or_default().push(part));
        found.append(part.found)?;
    }
    for (id, edits) in edits {
        sections.get_mut(&id).with_context(|| format!("`{}` is missing", id.name()))?.extend(edits);
    }
    Ok(())
}

fn groups<'a>(dwarf: &Dwarf<'a>) -> Result<Vec<Group<'a>>> {
    let mut headers = BTreeMap::<usize, Vec<_>>::new();
    let (mut units, mut types) = (dwarf.units(), dwarf.type_units());
    while let Some(header) = units.next()? {
        headers.entry(header.debug_abbrev_offset().0).or_default().push(header);
    }
    while let Some(header) = types.next()? {
        headers.entry(header.debug_abbrev_offset().0).or_default().push(header);
    }
    let starts: Vec<_> = headers.keys().copied().collect();
    let ends = starts[1.min(starts.len())..].iter().copied().chain([usize::MAX]);
    Ok(headers.into_iter().zip(ends).map(|((start, units), end)| Group { abbreviations: start..end, units }).collect())
}

fn group<'a>(
    sections: &BTreeMap<SectionId, &'a [u8]>,
    Group { abbreviations: range, units }: Group<'a>,
    dwarf: &Dwarf<'a>,
    moved: Moved<'_>,
) -> Result<Part<'a>> {
    let mut part = Part::default();
    let abbreviations = Arc::new(abbreviations(dwarf, range)?);
    for header in units {
        let (id, start) = (header.section(), header.offset().0);
        let bytes = sections.get(&id).with_context(|| format!("`{}` is missing", id.name()))?;
        let section = part.edits.entry(id).or_insert_with(|| Edits::new(bytes));
        unit(section, (id, start), (header, &abbreviations), dwarf, moved, &mut part.found)
            .with_context(|| format!("the unit at {start:#x}"))?;
    }
    Ok(part)
}

/// Reads the abbreviations at the start of a range. The range ends where the next abbreviations start: if tables could
/// overlap, reading all of them would take quadratic time.
fn abbreviations(dwarf: &Dwarf<'_>, range: Range<usize>) -> Result<Abbreviations> {
    let section = dwarf.debug_abbrev.reader();
    let section = section.range_to(..range.end.min(section.len()));
    Ok(DebugAbbrev::from(section).abbreviations(DebugAbbrevOffset(range.start))?)
}

fn unit<'a>(
    section: &mut Edits<'a>,
    position: (SectionId, usize),
    (header, abbreviations): (UnitHeader<Slice<'a>>, &Arc<Abbreviations>),
    dwarf: &Dwarf<'a>,
    moved: Moved<'_>,
    found: &mut Collected,
) -> Result<()> {
    let (id, start) = position;
    if header.address_size() != 4 {
        bail!("its addresses have {} bytes", header.address_size());
    }
    let word = usize::from(header.format().word_size());
    let end = start + header.length_including_self();
    section.length(id, word, start + usize::from(header.format().initial_length_size())..end);
    if let UnitType::Type { type_offset, .. } | UnitType::SplitType { type_offset, .. } = header.type_() {
        let at = start + header.size_of_header() - word;
        section.reference(at..at + word, id, start, start.saturating_add(type_offset.0));
    }
    if let Some(first) = header.entries_raw(abbreviations, None)?.read_abbreviation()? {
        few_attributes(first)?;
    }
    let unit = gimli::Unit::new_with_abbreviations(dwarf, header, Arc::clone(abbreviations))?;
    if unit.dwo_id.is_some() {
        bail!("it is in another file");
    }
    let mut entries = unit.header.entries_raw(&unit.abbreviations, None)?;
    let mut walk = Walk { section, position, unit: &unit, dwarf, moved, found };
    let mut attributes = Vec::new();
    while !entries.is_empty() {
        let Some(abbreviation) = entries.read_abbreviation()? else { continue };
        attributes.clear();
        few_attributes(abbreviation)?;
        for spec in abbreviation.attributes() {
            let at = start + entries.next_offset().0;
            let attribute = entries.read_attribute_inline(*spec)?;
            if is_plain(spec.name()) {
                continue;
            }
            let at = at..start + entries.next_offset().0;
            attributes.push(Attribute { name: attribute.name(), form: attribute.form(), value: attribute.value(), at });
        }
        for attribute in &attributes {
            walk.attribute(attribute, &attributes)
                .with_context(|| format!("{} of the entry before {:#x}", attribute.name, attribute.at.end))?;
        }
    }
    Ok(())
}

/// Checks the number of attributes of an entry.
fn few_attributes(abbreviation: &Abbreviation) -> Result<()> {
    if abbreviation.attributes().len() > MOST_ATTRIBUTES {
        bail!("an entry has more attributes than anything needs");
    }
    Ok(())
}

/// Returns whether an attribute is always text or a plain number, as most are.
fn is_plain(name: dw::DwAt) -> bool {
    matches!(
        name,
        dw::DW_AT_name
            | dw::DW_AT_linkage_name
            | dw::DW_AT_decl_file
            | dw::DW_AT_decl_line
            | dw::DW_AT_decl_column
            | dw::DW_AT_encoding
            | dw::DW_AT_external
            | dw::DW_AT_prototyped
            | dw::DW_AT_declaration
    )
}

struct Attribute<'a> {
    name: dw::DwAt,
    form: dw::DwForm,
    value: AttributeValue<Slice<'a>>,
    at: Range<usize>,
}

struct Walk<'w, 'a> {
    section: &'w mut Edits<'a>,
    /// The position of the unit.
    position: (SectionId, usize),
    unit: &'w gimli::Unit<Slice<'a>>,
    dwarf: &'w Dwarf<'a>,
    moved: Moved<'w>,
    found: &'w mut Collected,
}

impl<'a> Walk<'_, 'a> {
    fn attribute(&mut self, attribute: &Attribute<'a>, entry: &[Attribute<'a>]) -> Result<()> {
        let Attribute { name, form, ref at, .. } = *attribute;
        let (own, start) = self.position;
        match attribute.value {
            AttributeValue::Addr(address) => {
                if let Some(new) = self.moved.code.get(address) {
                    self.section.address(at.start, new);
                }
            }
            AttributeValue::DebugAddrIndex(index) => {
                self.found.pool.code(self.dwarf, self.unit.addr_base, index)?;
            }
            AttributeValue::Udata(len) if matches!(name, dw::DW_AT_high_pc | dw::DW_AT_entry_pc) => {
                if let Some(start) = self.low_pc(entry)?
                    && let Some(new) = self.moved.length(start, len)
                {
                    self.number(form, at.clone(), new.into())?;
                }
            }
            AttributeValue::UnitRef(offset) => {
                let target = start.saturating_add(offset.0);
                match form {
                    dw::DW_FORM_ref_udata => self.section.leb_reference(at.clone(), own, start, target),
                    _ => self.section.reference(at.clone(), own, start, target),
                }
            }
            AttributeValue::DebugInfoRef(offset) => {
                self.section.reference(at.clone(), SectionId::DebugInfo, 0, offset.0);
            }
            AttributeValue::DebugLineRef(offset) => self.offset(attribute, SectionId::DebugLine, offset.0),
            AttributeValue::DebugAddrBase(base) => self.offset(attribute, SectionId::DebugAddr, base.0),
            AttributeValue::DebugRngListsBase(base) => self.offset(attribute, SectionId::DebugRngLists, base.0),
            AttributeValue::DebugLocListsBase(base) => self.offset(attribute, SectionId::DebugLocLists, base.0),
            AttributeValue::DebugMacroRef(offset) => self.found.macros.push(offset.0),
            AttributeValue::RangeListsRef(_) | AttributeValue::DebugRngListsIndex(_) => {
                let ranges = self.dwarf.attr_ranges_offset(self.unit, attribute.value)?;
                let sections = (SectionId::DebugRanges, SectionId::DebugRngLists);
                self.list(attribute, ranges.context("it is no list")?.0, sections, None)?;
            }
            AttributeValue::LocationListsRef(_) | AttributeValue::DebugLocListsIndex(_) => {
                let locations = self.dwarf.attr_locations_offset(self.unit, attribute.value)?;
                let sections = (SectionId::DebugLoc, SectionId::DebugLocLists);
                self.list(attribute, locations.context("it is no list")?.0, sections, Some(meaning(name)))?;
            }
            AttributeValue::Exprloc(expression) => {
                let contents = at.end - expression.0.len()..at.end;
                let prefix = contents.start - at.start;
                let prefix = match form {
                    dw::DW_FORM_block1 | dw::DW_FORM_block2 | dw::DW_FORM_block4 => Prefix::Fixed(prefix),
                    _ => Prefix::Leb(prefix),
                };
                let function = meaning(name) == Meaning::Location && self.is_function_pointer(entry)?;
                let meaning = if function { Meaning::Function } else { meaning(name) };
                self.expressions(prefix, contents, meaning)?;
            }
            AttributeValue::SecOffset(_) => bail!("it is an offset into a section that is not known"),
            AttributeValue::DebugInfoRefSup(_) | AttributeValue::DebugStrRefSup(_) => bail!("it is in another file"),
            _ => {}
        }
        Ok(())
    }

    /// Records the offset of something in another section.
    fn offset(&mut self, attribute: &Attribute<'_>, to: SectionId, target: usize) {
        self.section.reference(attribute.at.clone(), to, 0, target);
    }

    /// Adds a list, given by offset or index. Its section depends on the version.
    fn list(
        &mut self,
        attribute: &Attribute<'_>,
        at: usize,
        (old, new): (SectionId, SectionId),
        locations: Option<Meaning>,
    ) -> Result<()> {
        let encoding = self.unit.encoding();
        let id = if encoding.version < 5 { old } else { new };
        let index =
            matches!(attribute.value, AttributeValue::DebugRngListsIndex(_) | AttributeValue::DebugLocListsIndex(_));
        if !index {
            self.offset(attribute, id, at);
        }
        let (unit, base, addr_base) = (self.position, self.unit.low_pc, self.unit.addr_base);
        self.found.lists.add(id, at, List { unit, encoding, base, addr_base, locations })
    }

    fn expressions(&mut self, prefix: Prefix, contents: Range<usize>, meaning: Meaning) -> Result<()> {
        let (encoding, addr_base) = (self.unit.encoding(), self.unit.addr_base);
        let (dwarf, moved) = (self.dwarf, self.moved);
        let mut expressions =
            Expressions { section: self.section, unit: self.position, dwarf, moved, encoding, addr_base };
        expressions.rewrite(prefix, contents, meaning, &mut self.found.pool, &mut self.found.lost)
    }

    fn low_pc(&self, entry: &[Attribute<'a>]) -> Result<Option<u64>> {
        let Some(low_pc) = entry.iter().find(|attribute| attribute.name == dw::DW_AT_low_pc) else { return Ok(None) };
        Ok(self.dwarf.attr_address(self.unit, low_pc.value)?)
    }

    /// Overwrites a number with another of the same width.
    fn number(&mut self, form: dw::DwForm, at: Range<usize>, value: u64) -> Result<()> {
        let leb = matches!(form, dw::DW_FORM_udata | dw::DW_FORM_sdata);
        if at.is_empty() || form == dw::DW_FORM_indirect {
            bail!("a length of code is in a form that is not known");
        }
        if form == dw::DW_FORM_udata {
            self.section.replace(at, &uleb(value));
            return Ok(());
        }
        let mut field = [0; 16];
        let field = field.get_mut(..at.len()).context("a number is too long")?;
        write(field, leb, value)?;
        if leb && field.last().is_some_and(|byte| byte & 0x40 != 0) {
            bail!("a length of code has become too large for its {} bytes", field.len());
        }
        self.section.replace(at, field);
        Ok(())
    }

    /// Returns whether an entry is a constant of type pointer to function, as template parameters can be.
    fn is_function_pointer(&self, entry: &[Attribute<'a>]) -> Result<bool> {
        let find = |name| entry.iter().find(|attribute| attribute.name == name).map(|attribute| &attribute.value);
        let Some(AttributeValue::Exprloc(location)) = find(dw::DW_AT_location) else { return Ok(false) };
        if location.0.slice().last() != Some(&dw::DW_OP_stack_value.0) || !has_address(location.0.slice()) {
            return Ok(false);
        }
        let mut ty = find(dw::DW_AT_type).cloned();
        let mut is_pointer = false;
        // Types can be cyclic.
        for _ in 0..16 {
            let Some(AttributeValue::UnitRef(UnitOffset(offset))) = ty else { break };
            let entry = self.unit.entry(UnitOffset(offset))?;
            match entry.tag() {
                dw::DW_TAG_subroutine_type => return Ok(is_pointer),
                dw::DW_TAG_pointer_type | dw::DW_TAG_reference_type | dw::DW_TAG_ptr_to_member_type => {
                    is_pointer = true
                }
                _ => {}
            }
            ty = entry.attr_value(dw::DW_AT_type);
        }
        Ok(false)
    }
}

/// Returns whether an expression begins with an address, inline or by index.
fn has_address(expression: &[u8]) -> bool {
    matches!(
        expression.first().map(|op| dw::DwOp(*op)),
        Some(dw::DW_OP_addr | dw::DW_OP_addrx | dw::DW_OP_GNU_addr_index)
    )
}

/// Returns the kind of result that an attribute's expressions have.
fn meaning(name: dw::DwAt) -> Meaning {
    match name {
        dw::DW_AT_location | dw::DW_AT_data_location | dw::DW_AT_string_length | dw::DW_AT_call_data_location => {
            Meaning::Location
        }
        dw::DW_AT_data_member_location | dw::DW_AT_use_location => Meaning::Member,
        dw::DW_AT_call_target | dw::DW_AT_call_target_clobbered | dw::DW_AT_GNU_call_site_target => Meaning::Function,
        _ => Meaning::Value,
    }
}
