//! Addresses of code in a unit: inline, or in `.debug_addr` by index.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use gimli::{DebugAddrBase, DebugAddrIndex};

use super::Moved;
use super::edit::Edits;
use super::units::Dwarf;

/// The entries of `.debug_addr` that are known to be addresses of code. The others are addresses of data, and are
/// relocated only where an expression uses them as locations (`expression.rs`).
#[derive(Default)]
pub struct Pool {
    code: BTreeSet<usize>,
}

impl Pool {
    /// Returns the address of code with this index.
    pub fn code(&mut self, dwarf: &Dwarf<'_>, base: DebugAddrBase<usize>, index: DebugAddrIndex<usize>) -> Result<u64> {
        let at =
            index.0.checked_mul(4).and_then(|offset| base.0.checked_add(offset)).context("an index is too large")?;
        let address = dwarf.debug_addr.get_address(4, DebugAddrBase(at), DebugAddrIndex(0))?;
        self.code.insert(at);
        Ok(address)
    }

    pub fn append(&mut self, other: Pool) {
        self.code.extend(other.code);
    }

    pub fn rewrite(&self, section: &mut Edits<'_>, dwarf: &Dwarf<'_>, moved: Moved<'_>) -> Result<()> {
        for at in &self.code {
            let address = dwarf.debug_addr.get_address(4, DebugAddrBase(*at), DebugAddrIndex(0))?;
            if let Some(new) = moved.code.get(address) {
                section.address(*at, new);
            }
        }
        Ok(())
    }
}
