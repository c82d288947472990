//! The limits that engines place on a module. A program can be so close to one that merging exceeds it.

use std::fmt;

use anyhow::Result;

use crate::pack::Sections;

/// The limits of the WebAssembly JavaScript interface, on which engines have agreed.
pub const TYPES: u64 = 1_000_000;
pub const FUNCTIONS: u64 = 1_000_000;
pub const IMPORTS: u64 = 1_000_000;
pub const GLOBALS: u64 = 1_000_000;
pub const ELEMENT_SEGMENTS: u64 = 100_000;
pub const LOCALS: u64 = 50_000;
pub const FUNCTION_SIZE: u64 = 7_654_321;
pub const MODULE_SIZE: u64 = 1 << 30;
/// The pages of the entire 32-bit address space.
pub const PAGES: u64 = 1 << 16;

/// The error for a merged module that would exceed a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exceeded {
    what: String,
    count: u64,
    most: u64,
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Exceeded { what, count, most } = self;
        write!(f, "{what} would be {count}, and engines take {most} at most")
    }
}

impl std::error::Error for Exceeded {}

/// Checks that `count` is at most `most`; `what` names the items that were counted.
pub fn check(count: u64, most: u64, what: impl FnOnce() -> String) -> Result<()> {
    if count > most {
        return Err(Exceeded { what: what(), count, most }.into());
    }
    Ok(())
}

/// Checks the numbers of items in sections to which the adapter has been added. There are so many types, and so many
/// imported functions.
pub fn check_counts(sections: &Sections, types: u32, imported_funcs: u32) -> Result<()> {
    let Sections { imports, functions, globals, elements, .. } = sections;
    let counts = [
        ("types", types, TYPES),
        ("imports", imports.len(), IMPORTS),
        ("functions", imported_funcs.saturating_add(functions.len()), FUNCTIONS),
        ("globals", globals.len(), GLOBALS),
        ("element segments", elements.len(), ELEMENT_SEGMENTS),
    ];
    counts
        .into_iter()
        .try_for_each(|(what, count, most)| check(count.into(), most, || format!("the number of its {what}")))
}
