//! Defines the link-time intrinsics, which the adapter imports from the module `wasi_adapt`.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use wasmparser::Operator;

use super::module::{Code, ImportName, Module};

/// The module that the adapter imports the intrinsics from.
pub const MODULE: &str = "wasi_adapt";

/// The sealed data's segment among an adapter's own. It has no other.
const SEALED_DATA: u32 = 0;

/// The definition of an intrinsic, which replaces each call of it.
#[derive(Clone, Debug)]
pub enum Intrinsic {
    Const(i32),
    GetGlobal(u32),
    SetGlobal(u32),
    /// The argument is ignored.
    Drop,
    /// No such call is ever reached.
    Unreachable,
    /// Throws an exception without values.
    Throw(u32),
    /// A function of the same type.
    Func(u32),
    /// Another import, of the same type.
    Import(ImportName),
    /// Copies from the sealed data: the arguments are where to, where from, and how much.
    ReadSealed,
}

/// Operators in place of calls, by the index of the called function. Folding puts them in.
pub type Replacements<'a> = BTreeMap<u32, Operator<'a>>;

/// Returns the definition of each intrinsic, or imports it by another name. An intrinsic without a definition is an error; a
/// definition without an intrinsic is not.
pub fn define<'a>(module: &mut Module<'a>, intrinsics: &[(&str, Intrinsic)]) -> Result<Replacements<'a>> {
    let mut calls = Replacements::new();
    for (index, func) in module.funcs.iter_mut().enumerate() {
        let Code::Import(import) = &mut func.code else { continue };
        if import.module != MODULE {
            continue;
        }
        let Some((_, intrinsic)) = intrinsics.iter().find(|(name, _)| *name == import.name) else {
            bail!("the adapter's intrinsic `{}` is not defined in this layout", import.name);
        };
        let ty = &module.types[func.ty as usize];
        let (params, results) = match intrinsic {
            Intrinsic::Const(_) | Intrinsic::GetGlobal(_) => (0, 1),
            Intrinsic::SetGlobal(_) | Intrinsic::Drop => (1, 0),
            Intrinsic::ReadSealed => (3, 0),
            Intrinsic::Throw(_) => (0, 0),
            Intrinsic::Unreachable | Intrinsic::Func(_) | Intrinsic::Import(_) => {
                (ty.params().len(), ty.results().len())
            }
        };
        if (ty.params().len(), ty.results().len()) != (params, results) {
            bail!("the adapter's intrinsic `{}` has the type {ty}, which does not fit its definition", import.name);
        }
        let op = match intrinsic {
            Intrinsic::Const(value) => Operator::I32Const { value: *value },
            Intrinsic::GetGlobal(global) => Operator::GlobalGet { global_index: *global },
            Intrinsic::SetGlobal(global) => Operator::GlobalSet { global_index: *global },
            Intrinsic::Drop => Operator::Drop,
            Intrinsic::Unreachable => Operator::Unreachable,
            Intrinsic::Throw(tag) => Operator::Throw { tag_index: *tag },
            Intrinsic::ReadSealed => Operator::MemoryInit { data_index: SEALED_DATA, mem: 0 },
            Intrinsic::Func(func) => Operator::Call { function_index: *func },
            Intrinsic::Import(other) => {
                *import = other.clone();
                continue;
            }
        };
        calls.insert(index as u32, op);
    }
    Ok(calls)
}
