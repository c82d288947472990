//! How large the memory is for the program, which is not to know of the adapter's pages below its own. Above there is
//! nothing: only the program makes the memory grow.

use wasm_encoder::{Function, InstructionSink, ValType};

/// Adds what becomes of `memory.size`.
pub fn pages(code: &mut InstructionSink<'_>, memory: u32, below: u32) {
    code.memory_size(memory).i32_const(below as i32).i32_sub();
}

/// A function of the type of `memory.grow`. The memory has a maximum that leaves the program its own.
pub fn function(memory: u32, below: u32) -> Function {
    let old = 0;
    let mut function = Function::new([] as [(u32, ValType); 0]);
    let mut code = function.instructions();
    code.local_get(old).memory_grow(memory).local_tee(old).i32_const(below as i32).i32_sub();
    code.i32_const(-1).local_get(old).i32_const(-1).i32_ne().select().end();
    function
}
