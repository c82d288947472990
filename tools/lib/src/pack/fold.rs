//! Constant folding and removal of dead code, so that code which an intrinsic rules out is no longer reached.
//!
//! It is no optimiser: LLVM has already been here, and only the intrinsics have made more code dead.

mod eval;
mod pass;
#[cfg(test)]
mod random;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use wasmparser::Operator;

use super::intrinsics::Replacements;
use super::module::{Body, Code, Module};
use pass::Pass;

/// The facts about the rest of the module that the pass over one function uses.
struct Facts {
    /// Functions that do nothing but return a constant.
    constants: BTreeMap<u32, i32>,
    /// Functions that never return.
    diverging: BTreeSet<u32>,
    /// The number of parameters and of results of each function.
    arities: Vec<(usize, usize)>,
}

/// Folds every function of `module`.
pub fn fold<'a>(module: &mut Module<'a>, replacements: &Replacements<'a>) -> Result<()> {
    let all: Vec<_> = (0..module.funcs.len() as u32).collect();
    fold_reached(module, replacements, all)
}

/// Folds the functions that `roots` reach, and removes the bodies of all others, which costs nothing for most of a module.
pub fn fold_from<'a>(
    module: &mut Module<'a>,
    replacements: &Replacements<'a>,
    roots: impl IntoIterator<Item = u32>,
) -> Result<()> {
    ensure!(module.elements.is_empty(), "functions are also reached through a table");
    fold_reached(module, replacements, roots.into_iter().collect())
}

/// Folds until no further function is found to be constant or to diverge.
fn fold_reached<'a>(module: &mut Module<'a>, replacements: &Replacements<'a>, roots: Vec<u32>) -> Result<()> {
    let arity = |ty: u32| (module.types[ty as usize].params().len(), module.types[ty as usize].results().len());
    let arities = module.funcs.iter().map(|func| arity(func.ty)).collect();
    let mut facts = Facts { constants: BTreeMap::new(), diverging: BTreeSet::new(), arities };
    let mut reached = BTreeSet::new();
    let mut todo = roots;
    while let Some(index) = todo.pop() {
        if reached.insert(index)
            && let Some(body) = module.body_mut(index)
        {
            replace(body, replacements);
            fold_func(module, index, &facts)?;
            todo.extend(module.body_mut(index).iter().flat_map(|body| body.ops.iter().filter_map(callee)));
        }
    }
    for (index, func) in (0..).zip(&mut module.funcs) {
        if !reached.contains(&index) && matches!(func.code, Code::Body(_)) {
            func.code = Body::unreachable().into();
        }
    }
    loop {
        let constant = |(index, body)| Some((index, constant(body)?));
        let constants = module.bodies().filter_map(constant).filter(|(index, _)| facts.arities[*index as usize].0 == 0);
        let constants = constants.collect();
        let diverging = module.bodies().filter(|(_, body)| diverges(body)).map(|(index, _)| index).collect();
        if (&constants, &diverging) == (&facts.constants, &facts.diverging) {
            return Ok(());
        }
        let known = |index: &u32| facts.constants.contains_key(index) || facts.diverging.contains(index);
        let news: BTreeSet<_> = constants.keys().chain(&diverging).copied().filter(|index| !known(index)).collect();
        facts = Facts { constants, diverging, ..facts };
        let calls_any = |body: &Body<'_>| body.ops.iter().filter_map(callee).any(|callee| news.contains(&callee));
        let callers: Vec<_> = module.bodies().filter(|(_, body)| calls_any(body)).map(|(index, _)| index).collect();
        for index in callers {
            fold_func(module, index, &facts)?;
        }
    }
}

/// Returns the function that an operator refers to.
fn callee(op: &Operator<'_>) -> Option<u32> {
    match op {
        Operator::Call { function_index }
        | Operator::ReturnCall { function_index }
        | Operator::RefFunc { function_index } => Some(*function_index),
        _ => None,
    }
}

fn replace<'a>(body: &mut Body<'a>, replacements: &Replacements<'a>) {
    for op in &mut body.ops {
        if let Operator::Call { function_index } = op
            && let Some(replacement) = replacements.get(function_index)
        {
            *op = replacement.clone();
        }
    }
}

fn fold_func(module: &mut Module<'_>, index: u32, facts: &Facts) -> Result<()> {
    let Some(body) = module.body_mut(index) else { return Ok(()) };
    let folded = fold_body(body, facts.arities[index as usize].0 as u32, facts);
    folded.with_context(|| format!("in `{}`", module.func_label(index)))
}

/// Returns the constant that a function returns, if it does nothing else.
fn constant(body: &Body<'_>) -> Option<i32> {
    match body.ops[..] {
        [Operator::I32Const { value }, Operator::End] => Some(value),
        _ => None,
    }
}

/// Returns whether control never reaches the end of a function. The pass has already removed all code known to be
/// unreachable.
fn diverges(body: &Body<'_>) -> bool {
    let mut depth = 0_u32;
    let mut returns = false;
    for op in &body.ops {
        match op {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => depth += 1,
            Operator::End => depth = depth.saturating_sub(1),
            Operator::Return | Operator::ReturnCall { .. } => returns = true,
            Operator::ReturnCallIndirect { .. } | Operator::ReturnCallRef { .. } => returns = true,
            _ => returns |= eval::branch_targets(op).contains(&depth),
        }
    }
    !returns && matches!(body.ops[..], [.., Operator::Unreachable, Operator::End])
}

fn fold_body(body: &mut Body<'_>, params: u32, facts: &Facts) -> Result<()> {
    loop {
        let locals = Locals::of(&body.ops, params);
        let mut folded = Pass::new(facts, &locals).run(&body.ops)?;
        unwrap_blocks(&mut folded);
        if folded == body.ops {
            return Ok(());
        }
        body.ops = folded;
    }
}

/// The facts about its locals that a scan of a whole function yields.
struct Locals {
    /// Locals that are always zero: nothing but zero is ever assigned.
    zero: BTreeSet<u32>,
    /// Locals that are read anywhere.
    read: BTreeSet<u32>,
}

impl Locals {
    fn of(ops: &[Operator<'_>], params: u32) -> Locals {
        let (mut zero, mut other, mut read) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for (at, op) in ops.iter().enumerate() {
            match op {
                Operator::LocalGet { local_index } => {
                    read.insert(*local_index);
                }
                Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                    let assigns_zero = at > 0 && ops[at - 1] == Operator::I32Const { value: 0 };
                    let set = if assigns_zero && *local_index >= params { &mut zero } else { &mut other };
                    set.insert(*local_index);
                }
                _ => {}
            }
        }
        Locals { zero: &zero - &other, read }
    }
}

/// Removes blocks that no branch targets, which decided `if`s leave behind.
fn unwrap_blocks(ops: &mut Vec<Operator<'_>>) {
    let mut open: Vec<usize> = Vec::new();
    let mut needed: BTreeSet<usize> = BTreeSet::new();
    for (at, op) in ops.iter().enumerate() {
        match op {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => open.push(at),
            Operator::End => drop(open.pop()),
            // The depths in a branch table cannot be changed, so every block that it leaves is kept.
            Operator::BrTable { .. } => {
                let depth = eval::branch_targets(op).into_iter().max().unwrap_or(0);
                needed.extend(open.iter().rev().take(depth as usize + 1));
            }
            _ => needed
                .extend(eval::branch_targets(op).iter().filter_map(|depth| open.iter().rev().nth(*depth as usize))),
        }
    }

    // For each open block, whether it is kept.
    let mut stays = Vec::new();
    let mut at = 0;
    ops.retain_mut(|op| {
        let keep = match op {
            Operator::Block { .. } => {
                stays.push(needed.contains(&at));
                needed.contains(&at)
            }
            Operator::Loop { .. } | Operator::If { .. } => {
                stays.push(true);
                true
            }
            Operator::End => stays.pop().unwrap_or(true),
            _ => {
                if let Some(depth) = eval::branch_depth(op) {
                    *depth -= stays.iter().rev().take(*depth as usize).filter(|stays| !**stays).count() as u32;
                }
                true
            }
        };
        at += 1;
        keep
    });
}
