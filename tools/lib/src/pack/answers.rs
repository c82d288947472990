//! Answers the questions that the adapter asks through its imports from the module `wasi_adapt`.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use wasmparser::Operator;

use super::module::{Code, Import, Module};

/// The module that the adapter's questions are imported from.
pub const QUESTIONS: &str = "wasi_adapt";

/// What becomes of one question, and so of every call of it.
#[derive(Clone, Debug)]
pub enum Answer {
    Const(i32),
    GetGlobal(u32),
    SetGlobal(u32),
    /// What the adapter says is of no interest.
    Drop,
    /// The question cannot come up.
    Never,
    /// A function of the same type answers.
    Func(u32),
    /// The question is put to another import, of the same type.
    Import(Import),
}

/// Replaces every call of a question by its answer. A question without an answer is an error; an answer to a question
/// that nobody asks is not.
pub fn answer(module: &mut Module<'_>, answers: &[(&str, Answer)]) -> Result<()> {
    let mut calls = BTreeMap::new();
    for (index, func) in module.funcs.iter_mut().enumerate() {
        let Code::Import(import) = &mut func.code else { continue };
        if import.module != QUESTIONS {
            continue;
        }
        let Some((_, answer)) = answers.iter().find(|(question, _)| *question == import.name) else {
            bail!("the adapter asks `{}`, and this layout has no answer", import.name);
        };
        let ty = &module.types[func.ty as usize];
        let (params, results) = match answer {
            Answer::Const(_) | Answer::GetGlobal(_) => (0, 1),
            Answer::SetGlobal(_) | Answer::Drop => (1, 0),
            Answer::Never | Answer::Func(_) | Answer::Import(_) => (ty.params().len(), ty.results().len()),
        };
        if (ty.params().len(), ty.results().len()) != (params, results) {
            bail!("the adapter's question `{}` has the type {ty}, which does not fit the answer", import.name);
        }
        match answer {
            Answer::Const(value) => drop(calls.insert(index as u32, Operator::I32Const { value: *value })),
            Answer::GetGlobal(global) => {
                calls.insert(index as u32, Operator::GlobalGet { global_index: *global });
            }
            Answer::SetGlobal(global) => {
                calls.insert(index as u32, Operator::GlobalSet { global_index: *global });
            }
            Answer::Drop => drop(calls.insert(index as u32, Operator::Drop)),
            Answer::Never => drop(calls.insert(index as u32, Operator::Unreachable)),
            Answer::Func(func) => drop(calls.insert(index as u32, Operator::Call { function_index: *func })),
            Answer::Import(other) => *import = other.clone(),
        }
    }
    for (_, body) in module.bodies_mut() {
        for op in &mut body.ops {
            if let Operator::Call { function_index } = op
                && let Some(answer) = calls.get(function_index)
            {
                *op = answer.clone();
            }
        }
    }
    Ok(())
}
