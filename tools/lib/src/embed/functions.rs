//! Makes a world whose exports are a module's functions of numbers.

use super::names::kebab;
use crate::names::quoted;
use crate::plan::{Problem, ProblemCode, is_entry_or_allocator};
use crate::program::Program;
use crate::{WitWorld, signature};
use std::collections::{BTreeMap, BTreeSet};
use wasmparser::{FuncType, ValType};

/// The result for a module's functions.
#[derive(Default)]
pub struct Functions {
    /// The world that exports them; none if there are no functions.
    pub world: Option<WitWorld>,
    /// Each function's name in that world, and its name in the module.
    pub names: BTreeMap<String, String>,
    /// Descriptions of the functions that are not exported, with reasons.
    pub warnings: Vec<String>,
    pub problems: Vec<Problem>,
}

/// Returns the functions that a module exports, except for those in its WIT in any spelling, entries and allocators.
pub fn functions(program: &Program<'_>, of_wit: &BTreeSet<&str>) -> Functions {
    let mut functions = Functions::default();
    let (mut text, mut other_types, mut unspeakable) = (String::new(), Vec::new(), Vec::new());
    let (mut clashes, mut names) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::<String, String>::new());
    for (export, ty) in program.func_exports() {
        let name = &*export.name;
        if of_wit.contains(name) || program.wit.exports(name) || is_entry_or_allocator(name) || name.starts_with("__") {
            continue;
        }
        let shown = quoted(name);
        match (kebab(name), function(ty)) {
            (_, None) => other_types.push(format!("{shown} {}", signature(ty))),
            (None, _) => unspeakable.push(shown),
            (Some(kebab), Some(_)) if program.wit.exports(&kebab) => {}
            (Some(kebab), Some(function)) => match names.get(&kebab) {
                Some(other) => clashes.entry(kebab).or_insert_with(|| vec![quoted(other)]).push(shown),
                None => {
                    text += &format!("export %{kebab}: {function}; ");
                    names.insert(kebab, name.to_owned());
                }
            },
        }
    }
    if !other_types.is_empty() {
        functions.warnings.push(format!(
            "not exported, because they have other types than numbers or more than one result: {}",
            other_types.join(", ")
        ));
    }
    if !unspeakable.is_empty() {
        functions.warnings.push(format!("not exported, because WIT has no such names: {}", unspeakable.join(", ")));
    }
    functions.problems.extend(clashes.into_iter().map(|(kebab, names)| {
        Problem::new(
            ProblemCode::ClashingNames,
            format!("as functions of a component these have one name, `{kebab}`: {}", names.join(", ")),
            "rename one, or export those that are wanted by WIT of their own, with `--wit`",
        )
    }));
    if !names.is_empty() {
        let text = format!("package root:exports; world functions {{ {text}}}");
        functions.world = Some(WitWorld::parse(&text, None).expect("names and types are those of WIT"));
    }
    functions.names = names;
    functions
}

/// Returns a function type in WIT; none if it has types other than numbers, or several results.
fn function(ty: &FuncType) -> Option<String> {
    let number = |ty: &ValType| match ty {
        ValType::I32 => Some("s32"),
        ValType::I64 => Some("s64"),
        ValType::F32 => Some("f32"),
        ValType::F64 => Some("f64"),
        ValType::V128 | ValType::Ref(_) => None,
    };
    let params = ty.params().iter().enumerate().map(|(index, ty)| Some(format!("p{index}: {}", number(ty)?)));
    let params = params.collect::<Option<Vec<_>>>()?.join(", ");
    match ty.results() {
        [] => Some(format!("func({params})")),
        [result] => Some(format!("func({params}) -> {}", number(result)?)),
        _ => None,
    }
}
