//! The exit of a program by an exception, which the adapter catches where it calls the program.

use anyhow::{Context, Result};
use wasmparser::{BlockType, Catch, Operator, TryTable};

use super::encode::MAIN;
use super::module::{Body, Code, Func, Module};

/// The program's entry.
const START: &str = "_start";

/// The index of the exception's tag, the only one that an adapter has.
pub const TAG: u32 = 0;

/// Adds the tag, and catches the exception around each call of the program's entry.
pub fn catch(module: &mut Module<'_>) -> Result<()> {
    let is_start = |func: &Func<'_>| matches!(&func.code, Code::Import(it) if it.module == MAIN && it.name == START);
    let start = module.funcs.iter().position(is_start).context("the raw adapter does not call a program")?;
    let ty = module.funcs[start].ty;
    module.tags.push(ty);
    let start = Operator::Call { function_index: start as u32 };
    let catches = vec![Catch::One { tag: TAG, label: 0 }];
    let ops = vec![
        Operator::Block { blockty: BlockType::Empty },
        Operator::TryTable { try_table: TryTable { ty: BlockType::Empty, catches } },
        start.clone(),
        Operator::End,
        Operator::End,
        Operator::End,
    ];
    let body = Body { locals: Vec::new(), ops }.into();
    let caught = module.add_func(Func { ty, name: Some("start_and_catch_exit".into()), code: body });
    for (_, body) in module.bodies_mut().filter(|(index, _)| *index != caught) {
        for op in body.ops.iter_mut().filter(|op| **op == start) {
            *op = Operator::Call { function_index: caught };
        }
    }
    Ok(())
}
