//! Decides what gives the host memory for strings and lists where a module exports no `cabi_realloc`.

use crate::program::Program;
use wasmparser::{FuncType, ValType};

/// What a `cabi_realloc` is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allocator {
    /// The function that the module exports as `realloc`.
    Realloc(u32),
    /// The functions that it exports as `malloc` and `free`.
    Malloc { malloc: u32, free: Option<u32> },
    /// Pages that are added to the memory and never given back.
    Memory,
}

impl Allocator {
    /// The best that a module has.
    pub fn of(program: &Program<'_>) -> Allocator {
        let function = |name: &str, params: &[ValType], results: &[ValType]| {
            let ty = FuncType::new(params.to_vec(), results.to_vec());
            let index = program.prescan.export(name)?;
            (program.func_export(name) == Some(&ty)).then_some(index)
        };
        const I32: ValType = ValType::I32;
        if let Some(realloc) = function("realloc", &[I32, I32], &[I32]) {
            return Allocator::Realloc(realloc);
        }
        match function("malloc", &[I32], &[I32]) {
            Some(malloc) => Allocator::Malloc { malloc, free: function("free", &[I32], &[]) },
            None => Allocator::Memory,
        }
    }
}
