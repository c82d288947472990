//! The start of a command that is linked with the static library.
//!
//! If nothing in a program calls `__wasm_call_ctors`, as with the WASI C libraries of 2020 to 2022, linkers wrap every
//! export in calls of the constructors and destructors. `cabi_import_realloc` would then run them each time. A call of
//! the constructors in `run` turns this off, so for those C libraries, recognised by their `__original_main`, `run`
//! does the work of their `_start` and of the wrappers. (Compilers also call a `main` without parameters
//! `__original_main`. Then `run` does the same as the `_start` of any C library.)

use anyhow::{Context, Result};
use wasmparser::{BlockType, FuncType, Operator, ValType};

use super::{add_address, add_func, add_import};
use crate::pack::module::Module;
use crate::pack::object::FUNCTION_ADDRESS;

const MAIN: &str = "__original_main";
const CONSTRUCTORS: &str = "__wasm_call_ctors";
const DESTRUCTORS: &str = "__wasm_call_dtors";

/// The functions of the program that `run` calls.
pub const CALLED: [&str; 4] = ["_start", MAIN, CONSTRUCTORS, DESTRUCTORS];
/// The functions that some programs lack.
pub const OPTIONAL: [&str; 2] = [MAIN, DESTRUCTORS];

/// Replaces the function that is exported as `name`, and that only calls `_start`.
pub fn replace_run(module: &mut Module<'_>, name: &str) -> Result<()> {
    let start = module.exported_func(name).with_context(|| format!("the adapter does not export `{name}`"))?;
    let exit = module.exported_func("proc_exit").context("the adapter does not export `proc_exit`")?;
    let [has_main, has_destructors] = [MAIN, DESTRUCTORS].map(|name| add_address(module, FUNCTION_ADDRESS, name));
    let [constructors, destructors] = [CONSTRUCTORS, DESTRUCTORS].map(|name| add_import(module, name, [], []));
    let main = add_import(module, MAIN, [], [ValType::I32]);

    let call = |function_index| Operator::Call { function_index };
    let (status, blockty) = (0, BlockType::Empty);
    let ops = vec![
        Operator::GlobalGet { global_index: has_main },
        Operator::I32Eqz,
        Operator::GlobalGet { global_index: has_destructors },
        Operator::I32Eqz,
        Operator::I32Or,
        Operator::If { blockty },
        call(start),
        Operator::Return,
        Operator::End,
        call(constructors),
        call(main),
        Operator::LocalSet { local_index: status },
        call(destructors),
        Operator::LocalGet { local_index: status },
        Operator::If { blockty },
        Operator::LocalGet { local_index: status },
        call(exit),
        Operator::End,
        Operator::I32Const { value: 0 },
        Operator::End,
    ];
    let ty = module.type_index(FuncType::new([], [ValType::I32]));
    let run = add_func(module, ty, name, vec![(1, ValType::I32)], ops);
    module.exports.iter_mut().filter(|export| export.name == name).for_each(|export| export.index = run);
    Ok(())
}
