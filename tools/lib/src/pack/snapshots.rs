//! The functions of which `wasi_unstable` needs one of its own, because it has other types than preview1.
//!
//! The adapter has each once, with an intrinsic that tells the snapshots apart. Here they become two.

use anyhow::{Context, Result, bail};
use wasmparser::{ExternalKind, Operator};

use super::intrinsics;
use super::module::{Code, Export, Func, Module};
use crate::preview1::{CHANGED, Snapshot};

/// The intrinsic that is true in the functions for `wasi_unstable`.
pub const UNSTABLE: &str = "unstable";

/// Makes the intrinsic false in each function that may call it, and adds a copy in which it is true. The copy is exported
/// under [`Snapshot::export`]'s name. Another function that calls it is found when an adapter is checked, since the
/// intrinsic has no definition.
pub fn split(module: &mut Module<'_>) -> Result<()> {
    let is_unstable = |func: &Func<'_>| match &func.code {
        Code::Import(import) => import.module == intrinsics::MODULE && import.name == UNSTABLE,
        Code::Body(_) => false,
    };
    let Some(unstable) = module.funcs.iter().position(is_unstable).map(|index| index as u32) else { return Ok(()) };
    let calls_it = |op: &Operator<'_>| matches!(op, Operator::Call { function_index } if *function_index == unstable);
    for name in CHANGED {
        let index = module.exported_func(name).with_context(|| format!("the raw adapter does not export `{name}`"))?;
        let ty = module.funcs[index as usize].ty;
        let Some(body) = module.body_mut(index) else {
            bail!("the raw adapter imports what it exports as `{name}`");
        };
        let mut other = body.clone();
        for (body, value) in [(body, 0), (&mut other, 1)] {
            for op in body.ops.iter_mut().filter(|op| calls_it(op)) {
                *op = Operator::I32Const { value };
            }
        }
        let name = Snapshot::Unstable.export(name);
        let index = module.add_func(Func { ty, name: Some(name.clone()), code: other.into() });
        module.exports.push(Export { name, kind: ExternalKind::Func, index });
    }
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
