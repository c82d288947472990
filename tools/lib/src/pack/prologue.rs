//! Makes the adapter set itself up at the first call from the guest.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use wasmparser::{BlockType, Operator};

use super::drop_in::{SET_UP, add_global};
use super::module::{Code, Module};
use super::waiting::Waiting;
use super::world::WorldWit;
use super::{check, reach};

/// The set-up function and its globals.
pub struct SetUp {
    /// The set-up function.
    pub func: u32,
    /// A global that is zero before set-up.
    pub state: u32,
    /// The stack pointer, which the set-up function sets.
    pub stack_pointer: u32,
}

impl SetUp {
    /// Finds the function in the raw adapter, and adds the global.
    pub fn of(module: &mut Module<'_>) -> Result<SetUp> {
        let func =
            module.exported_func(SET_UP).with_context(|| format!("the raw adapter does not export `{SET_UP}`"))?;
        let Some(stack_pointer) = module.named_global("__stack_pointer") else {
            bail!("the raw adapter has no global `__stack_pointer`; is its name section there?");
        };
        check::set_up(module, func, stack_pointer)?;
        // `wit-component` treats a global of the original name specially.
        module.globals[stack_pointer as usize].name = Some("adapter_stack_pointer".into());
        Ok(SetUp { func, state: add_global(module, "adapter_state"), stack_pointer })
    }
}

/// Makes each of `entries` call the set-up function, unless it was called before or the entry needs neither state nor
/// stack. The call comes before everything else, since LLVM's code begins by taking a stack frame.
///
/// Adds the refusal of [`Waiting`] where the host may have to wait.
pub fn insert(
    module: &mut Module<'_>,
    entries: &BTreeSet<u32>,
    set_up: &SetUp,
    waiting: Option<&Waiting>,
    wit: &WorldWit,
) -> Result<()> {
    for &entry in entries {
        let prologue = match (needs_set_up(module, entry, set_up, wit)?, waiting) {
            (true, Some(waiting)) => waiting.prologue_with_state(module, entry, wit)?,
            (false, Some(waiting)) => waiting.prologue_without_state(module, entry, wit)?,
            (true, None) => vec![
                Operator::GlobalGet { global_index: set_up.state },
                Operator::I32Eqz,
                Operator::If { blockty: BlockType::Empty },
                Operator::Call { function_index: set_up.func },
                Operator::End,
            ],
            (false, None) => continue,
        };
        let Some(body) = module.body_mut(entry) else { continue };
        body.ops.splice(0..0, prologue);
    }
    Ok(())
}

/// Returns whether a function reaches the state or the stack, or a host function that allocates.
fn needs_set_up(module: &Module<'_>, entry: u32, set_up: &SetUp, wit: &WorldWit) -> Result<bool> {
    let live = reach::from_func(module, entry)?;
    let uses = |global: u32| live.globals.contains(&global);
    let calls_back = |func: &u32| match &module.funcs[*func as usize].code {
        Code::Import(import) => wit.imported_func(&import.module, &import.name).is_none_or(|func| func.allocates),
        Code::Body(_) => false,
    };
    Ok(uses(set_up.state) || uses(set_up.stack_pointer) || live.funcs.iter().any(calls_back))
}
