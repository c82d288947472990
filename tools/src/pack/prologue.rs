//! Has the adapter set itself up at the first call from the guest.

use std::collections::BTreeSet;

use anyhow::Result;
use wasmparser::{BlockType, Operator};

use super::module::{Code, Module};
use super::reach;
use super::world::Wit;

/// What is set up, and how.
pub struct SetUp {
    /// The function that does it.
    pub func: u32,
    /// A global that is zero until then.
    pub state: u32,
    /// The stack pointer, if the adapter has a stack at all.
    pub stack_pointer: Option<u32>,
}

/// Has each of `entries` begin with a call of the set-up function, unless it was called before, or it makes no
/// difference to the entry. This goes before all else in the function, since LLVM's code begins by taking a stack frame.
pub fn insert(module: &mut Module<'_>, entries: &BTreeSet<u32>, set_up: &SetUp, wit: &Wit) -> Result<()> {
    for &entry in entries {
        if !needs_set_up(module, entry, set_up, wit)? {
            continue;
        }
        let Code::Body(body) = &mut module.funcs[entry as usize].code else { continue };
        let prologue = [
            Operator::GlobalGet { global_index: set_up.state },
            Operator::I32Eqz,
            Operator::If { blockty: BlockType::Empty },
            Operator::Call { function_index: set_up.func },
            Operator::End,
        ];
        body.ops.splice(0..0, prologue);
    }
    Ok(())
}

/// Whether a function reaches the state or the stack, or a host function that has its results put into memory.
fn needs_set_up(module: &Module<'_>, entry: u32, set_up: &SetUp, wit: &Wit) -> Result<bool> {
    let live = reach::from_func(module, entry)?;
    let uses = |global: u32| live.globals.contains(&global);
    let calls_back = |func: &u32| match &module.funcs[*func as usize].code {
        Code::Import(import) => {
            wit.imported_func(&import.module, &import.name).is_none_or(|func| func.returns_in_memory)
        }
        Code::Body(_) => false,
    };
    Ok(uses(set_up.state) || set_up.stack_pointer.is_some_and(uses) || live.funcs.iter().any(calls_back))
}
