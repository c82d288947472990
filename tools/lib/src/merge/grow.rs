//! Memory sizes: with the pages of adapter and layers, and as the program sees them, without the pages below its own. There
//! are no pages above: only the program grows the memory.

use anyhow::Result;
use wasm_encoder::{Function, InstructionSink, MemoryType, ValType};

use super::limits;

/// The number of pages that the adapter can add above the program's maximum in the guest layout.
const ROOM: u64 = 16;

/// Appends the replacement of `memory.size`.
pub fn pages(code: &mut InstructionSink<'_>, memory: u32, below: u32) {
    code.memory_size(memory).i32_const(below as i32).i32_sub();
}

/// Returns a replacement for `memory.grow`, with its type. The memory's maximum allows for the adapter's pages.
pub fn function(memory: u32, below: u32) -> Function {
    let old = 0;
    let mut function = Function::new([] as [(u32, ValType); 0]);
    let mut code = function.instructions();
    code.local_get(old).memory_grow(memory).local_tee(old).i32_const(below as i32).i32_sub();
    code.i32_const(-1).local_get(old).i32_const(-1).i32_ne().select().end();
    function
}

/// Adds the adapter's pages to a memory, those with the bytes of its files included: below the program, or above its maximum.
pub fn with_adapter(memory: MemoryType, pages_below: Option<u64>, files: u32) -> Result<MemoryType> {
    let below = pages_below.unwrap_or(0);
    let minimum = memory.minimum.saturating_add(below);
    limits::check(minimum, limits::PAGES, || "the number of its memory's pages".into())?;
    let room = below + if pages_below.is_none() { ROOM + u64::from(files >> 16) } else { 0 };
    let maximum = memory.maximum.map(|maximum| limits::PAGES.min(maximum.saturating_add(room)));
    Ok(MemoryType { minimum, maximum, ..memory })
}
