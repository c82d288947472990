//! Maps the program's indices to those of the merged module and, if its memory moves up, relocates its data segments
//! and memory accesses.
//!
//! | what | how |
//! |---|---|
//! | loads, stores, atomics | their static offset grows; one that grows beyond 32 bits could only trap |
//! | `memory.size`, `memory.grow` | the adapter's pages are taken off (`grow.rs`) |
//! | `memory.copy`, `memory.fill`, `memory.init` | their addresses grow; one that would wrap around stays out of bounds |
//! | data segments | their offsets grow, in the same way |
//!
//! Engines add the offset of an access without wrapping, so even a wild pointer never reaches the pages below the
//! program.

use std::collections::BTreeSet;
use std::fmt;

use anyhow::{Result, anyhow, bail};
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{ConstExpr, DataSection, MemArg, MemArgTarget};
use wasmparser::{Data, DataKind};

use crate::program::i32_value;

/// The new indices and addresses of a program's items.
#[derive(Clone)]
pub struct Guest {
    /// The new indices of its imported functions.
    pub imports: Vec<u32>,
    /// The new index of its first function with a body, and the number of such functions.
    pub first_func: u32,
    pub funcs: u32,
    /// The memory that it shares with the adapter.
    pub memory: u32,
    /// The memories with 64-bit addresses.
    pub memories64: BTreeSet<u32>,
    /// The number of bytes by which the shared memory moves up; 0 if it does not move.
    pub base: u32,
    /// The function that grows the memory for the program.
    pub grow: u32,
}

impl Guest {
    /// Appends a data segment, given the values of the globals.
    pub fn data(&mut self, section: &mut DataSection, data: &Data<'_>, globals: &[Option<i32>]) -> Result<()> {
        match &data.kind {
            DataKind::Active { memory_index, offset_expr } if *memory_index == self.memory && self.base > 0 => {
                let offset = moved_offset(offset_expr, globals, self.base)?;
                section.active(*memory_index, &offset, data.data.iter().copied());
            }
            _ => self.parse_data(section, data.clone()).map_err(error)?,
        }
        Ok(())
    }
}

/// Returns the offset of a data segment, moved up by `base`. One that would wrap around stays out of bounds, and so traps.
pub fn moved_offset(offset: &wasmparser::ConstExpr<'_>, globals: &[Option<i32>], base: u32) -> Result<ConstExpr> {
    let Some(offset) = i32_value(offset, globals)? else {
        bail!("a data segment's place is known only when the module runs");
    };
    Ok(ConstExpr::i32_const((offset as u32).saturating_add(base) as i32))
}

impl Guest {
    /// Returns the new index of one of its functions; none if there is no such function.
    pub fn function(&self, index: u32) -> Option<u32> {
        match self.imports.get(index as usize) {
            Some(index) => Some(*index),
            None => {
                let own = index.checked_sub(self.imports.len() as u32).filter(|own| *own < self.funcs)?;
                self.first_func.checked_add(own)
            }
        }
    }
}

/// The error for a reference to a function that the program does not have: it is not valid.
#[derive(Debug)]
pub struct NoSuchFunction(pub u32);

impl fmt::Display for NoSuchFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no function {}", self.0)
    }
}

impl std::error::Error for NoSuchFunction {}

pub fn error(error: Error<NoSuchFunction>) -> anyhow::Error {
    anyhow!(error)
}

impl Reencode for Guest {
    type Error = NoSuchFunction;

    fn function_index(&mut self, index: u32) -> Result<u32, Error<NoSuchFunction>> {
        self.function(index).ok_or(Error::UserError(NoSuchFunction(index)))
    }

    fn mem_arg(&mut self, arg: wasmparser::MemArg) -> Result<MemArg, Error<NoSuchFunction>> {
        let mut arg = wasm_encoder::reencode::utils::mem_arg(self, arg)?;
        if matches!(arg.target, MemArgTarget::Memory(memory) if memory == self.memory) {
            // The offset of a valid access has 32 bits.
            arg.offset = arg.offset.saturating_add(self.base.into());
        }
        Ok(arg)
    }
}
