//! The functions of which `wasi_unstable` needs one of its own, because it has other types than preview1.
//!
//! The adapter has them once and asks in them whose types are wanted. Here they become two.

use anyhow::{Context, Result, bail};
use wasmparser::{ExternalKind, Operator};

use super::answers::QUESTIONS;
use super::module::{Body, Code, Export, Func, Module};
use crate::preview1::{CHANGED, Snapshot};

/// The question which snapshot's types are wanted.
const QUESTION: &str = "unstable";

/// Answers the question in each function that may ask it, and adds another function that has the other answer. It is
/// exported under [`Snapshot::export`]'s name.
pub fn split(module: &mut Module<'_>) -> Result<()> {
    let asked = |func: &Func<'_>| match &func.code {
        Code::Import(import) => import.module == QUESTIONS && import.name == QUESTION,
        Code::Body(_) => false,
    };
    let Some(question) = module.funcs.iter().position(asked).map(|index| index as u32) else { return Ok(()) };
    let asks = |op: &Operator<'_>| matches!(op, Operator::Call { function_index } if *function_index == question);
    for name in CHANGED {
        let index = module.exported_func(name).with_context(|| format!("the raw adapter does not export `{name}`"))?;
        let Func { ty, code: Code::Body(body), .. } = &mut module.funcs[index as usize] else {
            bail!("the raw adapter imports what it exports as `{name}`");
        };
        let (ty, mut other) = (*ty, body.clone());
        for (body, answer) in [(body, 0), (&mut other, 1)] {
            for op in body.ops.iter_mut().filter(|op| asks(op)) {
                *op = Operator::I32Const { value: answer };
            }
        }
        let name = Snapshot::Unstable.export(name);
        let index = module.add_func(Func { ty, name: Some(name.clone()), code: Code::Body(other) });
        module.exports.push(Export { name, kind: ExternalKind::Func, index });
    }
    if let Some((index, _)) = module.bodies().find(|(_, body)| body.ops.iter().any(asks)) {
        bail!("`{}` asks `{QUESTION}`, and serves both snapshots", module.func_label(index));
    }
    // Nothing asks any more.
    let ops = vec![Operator::Unreachable, Operator::End];
    module.funcs[question as usize].code = Code::Body(Body { locals: Vec::new(), ops });
    Ok(())
}

/// Leaves the functions of one snapshot, exported under the names that programs import.
pub fn select(module: &mut Module<'_>, snapshot: Snapshot) {
    for name in CHANGED {
        let index = module.exported_func(&snapshot.export(name));
        module.exports.retain(|export| Snapshot::ALL.iter().all(|any| export.name != any.export(name)));
        module.exports.extend(index.map(|index| Export { name: name.into(), kind: ExternalKind::Func, index }));
    }
    let other = |name: &str| Snapshot::Preview1.function(name).is_some() && snapshot.function(name).is_none();
    module.exports.retain(|export| !other(&export.name));
}
