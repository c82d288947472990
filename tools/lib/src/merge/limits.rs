//! The most that engines take of a module. A program can be so near to it that it has no room for what merging adds.

use std::fmt;

use anyhow::Result;

/// Those of the JavaScript interface of WebAssembly, which engines have agreed upon.
pub const TYPES: u64 = 1_000_000;
pub const FUNCTIONS: u64 = 1_000_000;
pub const IMPORTS: u64 = 1_000_000;
pub const GLOBALS: u64 = 1_000_000;
pub const ELEMENT_SEGMENTS: u64 = 100_000;
pub const LOCALS: u64 = 50_000;
pub const FUNCTION_SIZE: u64 = 7_654_321;
pub const MODULE_SIZE: u64 = 1 << 30;
/// The pages of a whole 32-bit address space.
pub const PAGES: u64 = 1 << 16;

/// The merged module would have too much of something.
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

/// Sees to it that `count` is no more than `most`; `what` there is so many of is asked for only if it is.
pub fn check(count: u64, most: u64, what: impl FnOnce() -> String) -> Result<()> {
    if count > most {
        return Err(Exceeded { what: what(), count, most }.into());
    }
    Ok(())
}
