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

use anyhow::{Context, Result};
use wasmparser::Operator;

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

/// Folds every function of `module`, until no further function is found to be constant or to diverge.
pub fn fold(module: &mut Module<'_>) -> Result<()> {
    let arity = |ty: u32| (module.types[ty as usize].params().len(), module.types[ty as usize].results().len());
    let arities = module.funcs.iter().map(|func| arity(func.ty)).collect();
    let mut facts = Facts { constants: BTreeMap::new(), diverging: BTreeSet::new(), arities };
    // None for all functions, or those about which something new is known: their callers are folded again.
    let mut news: Option<BTreeSet<u32>> = None;
    loop {
        for index in 0..module.funcs.len() {
            let label = module.func_label(index as u32);
            if let Code::Body(body) = &mut module.funcs[index].code
                && news.as_ref().is_none_or(|news| calls_any(body, news))
            {
                fold_body(body, facts.arities[index].0 as u32, &facts).with_context(|| format!("in `{label}`"))?;
            }
        }
        let constant = |(index, body)| Some((index, constant(body)?));
        let constants = module.bodies().filter_map(constant).filter(|(index, _)| facts.arities[*index as usize].0 == 0);
        let constants = constants.collect();
        let diverging = module.bodies().filter(|(_, body)| diverges(body)).map(|(index, _)| index).collect();
        if (&constants, &diverging) == (&facts.constants, &facts.diverging) {
            return Ok(());
        }
        let known = |index: &u32| facts.constants.contains_key(index) || facts.diverging.contains(index);
        news = Some(constants.keys().chain(&diverging).copied().filter(|index| !known(index)).collect());
        facts = Facts { constants, diverging, ..facts };
    }
}

fn calls_any(body: &Body<'_>, functions: &BTreeSet<u32>) -> bool {
    body.ops.iter().any(|op| matches!(op, Operator::Call { function_index } if functions.contains(function_index)))
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
