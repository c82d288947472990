//! Shares one `cabi_import_realloc` between the adapter and the program, when the host returns strings and lists to
//! both.
//!
//! A module has only one function by which the host can allocate memory for results. In a merged module that function
//! tests a global, which is 1 exactly while the adapter waits for the host: if so it calls the adapter's allocator,
//! otherwise the program's. No other call of the host can come in between, because a component may not call out while
//! it allocates.

use anyhow::{Context, Result};
use wasmparser::{BlockType, Operator};

use super::drop_in::{IMPORT_REALLOC, add_global};
use super::encode::MAIN;
use super::module::{Body, Code, Func, ImportName, Module};
use super::waiting::Waiting;
use super::world::WorldWit;

/// Makes `cabi_import_realloc`, if the module exports it, serve the program as well, by calling the import `programs`
/// of `__main_module__`.
///
/// The host cannot be called while the program allocates.
pub fn insert(module: &mut Module<'_>, wit: &WorldWit, waits: Option<&Waiting>, programs: &str) -> Result<()> {
    let Some(export) = module.exports.iter().position(|export| export.name == IMPORT_REALLOC) else { return Ok(()) };
    let waiting = add_global(module, "adapter_waiting");
    mark_waiting(module, waiting, wit);

    let adapters = module.exports[export].index;
    let ty = module.funcs[adapters as usize].ty;
    let import = ImportName { module: MAIN.into(), name: programs.into() };
    let programs = module.add_func(Func { ty, name: None, code: Code::Import(import) });
    let params = module.types[ty as usize].params().len() as u32;
    let result = *module.types[ty as usize].results().first().context("a realloc returns an address")?;
    let mut ops =
        vec![Operator::GlobalGet { global_index: waiting }, Operator::If { blockty: BlockType::Type(result) }];
    let call = |function_index| {
        let params = (0..params).map(|local_index| Operator::LocalGet { local_index });
        params.chain([Operator::Call { function_index }])
    };
    ops.extend(call(adapters).chain([Operator::Else]));
    match waits {
        Some(waits) => ops.extend(waits.while_waiting(call(programs))),
        None => ops.extend(call(programs)),
    }
    ops.extend([Operator::End, Operator::End]);
    let code = Body { locals: Vec::new(), ops }.into();
    module.exports[export].index = module.add_func(Func { ty, name: Some(IMPORT_REALLOC.into()), code });
    Ok(())
}

/// Sets the global around each call of the host that may allocate.
fn mark_waiting(module: &mut Module<'_>, waiting: u32, wit: &WorldWit) {
    let allocating: Vec<bool> = module.funcs.iter().map(|func| wit.allocates(func)).collect();
    let set = |value| [Operator::I32Const { value }, Operator::GlobalSet { global_index: waiting }];
    for (_, body) in module.bodies_mut() {
        body.ops = std::mem::take(&mut body.ops)
            .into_iter()
            .flat_map(|op| match op {
                Operator::Call { function_index } if allocating[function_index as usize] => {
                    [set(1).as_slice(), &[op], &set(0)].concat()
                }
                _ => vec![op],
            })
            .collect();
    }
}
