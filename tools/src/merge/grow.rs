//! How the memory grows for the program, which is not to know what is below and above its part.

use wasm_encoder::{BlockType, Function, ValType};

/// What the function must know.
pub struct Grow {
    pub memory: u32,
    /// The global with the number of pages that the program knows of.
    pub pages: u32,
    /// How many pages are below the program's.
    pub below: u32,
    /// How many the program can have at most.
    pub maximum: u32,
}

impl Grow {
    /// A function of the type of `memory.grow`.
    ///
    /// The memory may be larger already than the program knows: the adapter borrows pages above it. They are cleared
    /// when the program gets them.
    pub fn function(&self) -> Function {
        let Grow { memory, pages, below, maximum } = *self;
        let (delta, old, new, have, end) = (0, 1, 2, 3, 4);
        let mut function = Function::new([(4, ValType::I32)]);
        let mut code = function.instructions();
        code.global_get(pages).local_set(old);
        // Beyond the maximum?
        code.local_get(delta).i32_const(maximum as i32).local_get(old).i32_sub().i32_gt_u();
        code.if_(BlockType::Empty).i32_const(-1).return_().end();
        code.local_get(old).local_get(delta).i32_add().local_set(new);
        code.memory_size(memory).i32_const(below as i32).i32_sub().local_set(have);
        // More than there is?
        code.local_get(new).local_set(end);
        code.local_get(new).local_get(have).i32_gt_u().if_(BlockType::Empty);
        code.local_get(new).local_get(have).i32_sub().memory_grow(memory).i32_const(-1).i32_eq();
        code.if_(BlockType::Empty).i32_const(-1).return_().end();
        code.local_get(have).local_set(end).end();
        // What was there already has to be cleared.
        code.local_get(end).local_get(old).i32_gt_u().if_(BlockType::Empty);
        code.local_get(old).i32_const(below as i32).i32_add().i32_const(16).i32_shl();
        code.i32_const(0);
        code.local_get(end).local_get(old).i32_sub().i32_const(16).i32_shl();
        code.memory_fill(memory).end();
        code.local_get(new).global_set(pages).local_get(old).end();
        function
    }
}
