//! Memory sizes as the program sees them, without the adapter's pages below its own. There are no pages above: only the
//! program grows the memory.

use wasm_encoder::{Function, InstructionSink, ValType};

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
