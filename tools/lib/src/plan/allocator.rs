//! Chooses the allocator for the host's strings and lists if a module exports no `cabi_realloc`.

use crate::program::Program;
use wasmparser::{FuncType, ValType};

/// The base of an added `cabi_realloc`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allocator {
    /// The module's export `realloc`.
    Realloc(u32),
    /// The module's exports `malloc` and `free`.
    Malloc { malloc: u32, free: Option<u32> },
    /// New pages of memory, which are never freed.
    Memory,
}

impl Allocator {
    /// Returns the best one that a module has.
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
