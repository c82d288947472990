//! Compares entries: functions, variables, types.

use std::collections::HashMap;
use std::ops::AddAssign;

use gimli::{AttributeValue, DebuggingInformationEntry, EndianSlice, LittleEndian, UnitOffset};

use crate::code::{Dwarf, Moved};
use crate::expressions;

type Slice<'a> = EndianSlice<'a, LittleEndian>;
type Unit<'a> = gimli::Unit<Slice<'a>>;

/// The number of comparisons about code or memory that exists.
#[derive(Debug, Default)]
pub struct Seen {
    pub rows: usize,
    pub functions: usize,
    /// Expressions whose locations have moved.
    pub places: usize,
    /// Entries of lists of ranges and locations.
    pub lists: usize,
}

impl AddAssign for Seen {
    fn add_assign(&mut self, other: Seen) {
        self.rows += other.rows;
        self.functions += other.functions;
        self.places += other.places;
        self.lists += other.lists;
    }
}

/// Compares all entries of all units.
pub fn compare(old: &Dwarf<'_>, new: &Dwarf<'_>, moved: &Moved) -> Seen {
    let mut seen = Seen::default();
    let (mut old_units, mut new_units) = (old.units(), new.units());
    while let Some(header) = old_units.next().expect("units") {
        let old_unit = old.unit(header).expect("a unit");
        let new_unit = new.unit(new_units.next().expect("units").expect("as many units")).expect("a unit");
        let (old_entries, new_entries) = (entries(&old_unit), entries(&new_unit));
        assert_eq!(old_entries.len(), new_entries.len(), "how many entries there are");
        let numbers = |entries: &[DebuggingInformationEntry<Slice<'_>>]| {
            entries.iter().enumerate().map(|(number, entry)| (entry.offset(), number)).collect::<HashMap<_, _>>()
        };
        let old = Side { dwarf: old, unit: &old_unit, numbers: numbers(&old_entries) };
        let new = Side { dwarf: new, unit: &new_unit, numbers: numbers(&new_entries) };
        let mut comparison = Comparison { old, new, moved, seen: &mut seen };
        old_entries.iter().zip(&new_entries).for_each(|(old, new)| comparison.entry(old, new));
    }
    assert!(new_units.next().expect("units").is_none(), "there are no more units than before");
    seen
}

fn entries<'a>(unit: &Unit<'a>) -> Vec<DebuggingInformationEntry<Slice<'a>>> {
    let (mut cursor, mut entries) = (unit.entries(), Vec::new());
    while let Some(entry) = cursor.next_dfs().expect("entries") {
        entries.push(entry.clone());
    }
    entries
}

/// A unit before or after linking.
struct Side<'c, 'a> {
    dwarf: &'c Dwarf<'a>,
    unit: &'c Unit<'a>,
    /// The number of each entry, by offset.
    numbers: HashMap<UnitOffset, usize>,
}

impl Side<'_, '_> {
    /// Returns the address at which an entry's code begins, or 0.
    fn low_pc(&self, entry: &DebuggingInformationEntry<Slice<'_>>) -> u64 {
        let value = entry.attr_value(gimli::DW_AT_low_pc);
        let address = value.and_then(|value| self.dwarf.attr_address(self.unit, value).expect("an address"));
        address.unwrap_or_default()
    }
}

struct Comparison<'c, 'a, 'b> {
    old: Side<'c, 'a>,
    new: Side<'c, 'b>,
    moved: &'c Moved,
    seen: &'c mut Seen,
}

impl Comparison<'_, '_, '_> {
    fn entry(&mut self, old: &DebuggingInformationEntry<Slice<'_>>, new: &DebuggingInformationEntry<Slice<'_>>) {
        assert_eq!((old.tag(), old.depth()), (new.tag(), new.depth()));
        assert_eq!(old.attrs().len(), new.attrs().len());
        let low_pc = (self.old.low_pc(old), self.new.low_pc(new));
        for (old_attr, new_attr) in old.attrs().iter().zip(new.attrs()) {
            assert_eq!((old_attr.name(), old_attr.form()), (new_attr.name(), new_attr.form()));
            let what = || format!("{} of {} at {:#x}", old_attr.name(), old.tag(), old.offset().0);
            self.value(old_attr.name(), old_attr.value(), new_attr.value(), low_pc, &what);
        }
    }

    fn value(
        &mut self,
        name: gimli::DwAt,
        old: AttributeValue<Slice<'_>>,
        new: AttributeValue<Slice<'_>>,
        low_pc: (u64, u64),
        what: &dyn Fn() -> String,
    ) {
        use AttributeValue as Value;
        match (old, new) {
            (Value::Addr(_) | Value::DebugAddrIndex(_), _) => {
                let old = self.old.dwarf.attr_address(self.old.unit, old).expect("an address").expect("an address");
                let new = self.new.dwarf.attr_address(self.new.unit, new).expect("an address").expect("an address");
                self.moved.check(old, new, what);
                self.seen.functions += usize::from(name == gimli::DW_AT_high_pc && self.moved.is_code(old));
            }
            (Value::Udata(old), Value::Udata(new)) if name == gimli::DW_AT_high_pc => {
                let (old_pc, new_pc) = low_pc;
                self.moved.check_range(old_pc..old_pc + old, new_pc..new_pc + new, what);
                self.seen.functions += usize::from(self.moved.is_code(old_pc));
            }
            (Value::UnitRef(old), Value::UnitRef(new)) => {
                assert_eq!(self.old.numbers.get(&old), self.new.numbers.get(&new), "{}", what());
            }
            (Value::RangeListsRef(_) | Value::DebugRngListsIndex(_), _) => self.ranges(old, new, what),
            (Value::LocationListsRef(_) | Value::DebugLocListsIndex(_), _) => self.locations(old, new, name, what),
            (Value::Exprloc(old), Value::Exprloc(new)) => {
                let (old, new) = ((self.old.dwarf, self.old.unit, old), (self.new.dwarf, self.new.unit, new));
                self.seen.places += usize::from(expressions::compare(old, new, self.moved, name, what));
            }
            (Value::DebugInfoRef(_) | Value::DebugLineRef(_), _)
            | (Value::DebugAddrBase(_) | Value::DebugRngListsBase(_) | Value::DebugLocListsBase(_), _) => {}
            (old, new) => assert_eq!(old, new, "{}", what()),
        }
    }

    fn ranges(&mut self, old: AttributeValue<Slice<'_>>, new: AttributeValue<Slice<'_>>, what: &dyn Fn() -> String) {
        let mut old = self.old.dwarf.attr_ranges(self.old.unit, old).expect("a list").expect("a list");
        let mut new = self.new.dwarf.attr_ranges(self.new.unit, new).expect("a list").expect("a list");
        while let Some(old) = old.next().expect("a range") {
            let new = new.next().expect("a range").unwrap_or_else(|| panic!("a range is missing: {}", what()));
            self.moved.check_range(old.begin..old.end, new.begin..new.end, what);
            self.seen.lists += usize::from(self.moved.is_code(old.begin));
        }
        assert!(new.next().expect("a range").is_none(), "{}", what());
    }

    fn locations(
        &mut self,
        old: AttributeValue<Slice<'_>>,
        new: AttributeValue<Slice<'_>>,
        name: gimli::DwAt,
        what: &dyn Fn() -> String,
    ) {
        let mut old = self.old.dwarf.attr_locations(self.old.unit, old).expect("a list").expect("a list");
        let mut new = self.new.dwarf.attr_locations(self.new.unit, new).expect("a list").expect("a list");
        while let Some(old) = old.next().expect("a location") {
            let new = new.next().expect("a location").unwrap_or_else(|| panic!("a location is missing: {}", what()));
            self.moved.check_range(old.range.begin..old.range.end, new.range.begin..new.range.end, what);
            self.seen.lists += usize::from(self.moved.is_code(old.range.begin));
            let (old, new) = ((self.old.dwarf, self.old.unit, old.data), (self.new.dwarf, self.new.unit, new.data));
            expressions::compare(old, new, self.moved, name, what);
        }
        assert!(new.next().expect("a location").is_none(), "{}", what());
    }
}
